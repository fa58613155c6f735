"""Running a traced graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.python.eager.context import context

from unideep.backend import Raw

Run = Callable[[Sequence[Raw]], list[Raw]]


def runner(graph: Any) -> Run:
    """Call a concrete function by the function-call operation.

    That takes 45 microseconds for 33 inputs and outputs. Calling the concrete function takes 350:
    it binds arguments, looks for tapes and packs the results. With the configuration that it gives
    the graph a step takes 4 (dcgan) to 20 % (mlp) less than without.
    """
    types, captured = [t.dtype for t in graph.outputs], list(graph.captured_inputs)
    if not types:
        return lambda raws: []
    call, config = tf.raw_ops.StatefulPartitionedCall, _configuration()
    return lambda raws: call(args=[*raws, *captured], Tout=types, f=graph, config_proto=config)


def _configuration() -> bytes:
    return context().function_call_options.config_proto_serialized


def size(graph: Any) -> int:
    """How many operations a FuncGraph has."""
    return len(graph.get_operations())
