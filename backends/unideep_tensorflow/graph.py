"""Running a traced graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from unideep.backend import Raw

Run = Callable[[Sequence[Raw]], list[Raw]]


def runner(graph: Any) -> Run:
    """Call a concrete function by the function-call operation.

    That takes 45 microseconds for 33 inputs and outputs. Calling the concrete function takes 350:
    it binds arguments, looks for tapes and packs the results.
    """
    types, captured = [t.dtype for t in graph.outputs], list(graph.captured_inputs)
    if not types:
        return lambda raws: []
    call = tf.raw_ops.StatefulPartitionedCall
    return lambda raws: call(args=[*raws, *captured], Tout=types, f=graph)


def size(graph: Any) -> int:
    """How many operations a FuncGraph has."""
    return len(graph.get_operations())
