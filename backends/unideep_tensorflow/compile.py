"""Steps as TensorFlow graphs, compiled by XLA where a measurement says that it is faster."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from unideep.backend import Program, Raw

Pure = Callable[[Sequence[Raw]], Sequence[Raw]]


class GraphProgram:
    """A graph that was traced once.

    The function-call operation costs 45 microseconds for 33 inputs and outputs; calling the
    concrete function costs 350: it binds arguments, looks for tapes and packs the results.
    """

    def __init__(self, graph: Any, report: dict[str, Any]) -> None:
        self._graph = graph
        self._types = [t.dtype for t in graph.outputs]
        self._captured = list(graph.captured_inputs)
        self.report = report

    def __call__(self, raws: list[Raw]) -> Sequence[Raw]:
        return tf.raw_ops.StatefulPartitionedCall(
            args=raws + self._captured, Tout=self._types, f=self._graph
        )


class DifferentiableProgram(GraphProgram):
    """A graph that a tape can differentiate."""

    def __call__(self, raws: list[Raw]) -> Sequence[Raw]:
        return list(self._graph(*raws))


def compile_pure(pure: Pure, examples: Sequence[Raw], differentiable: bool) -> Program:
    """Trace `pure`, and let XLA compile the graph if that turns out to be faster."""
    specs = [tf.TensorSpec(x.shape, x.dtype) for x in examples]
    graph = _traced(lambda *raws: pure(list(raws)), specs, xla=False)
    report = {"ops": len(graph.graph.get_operations()), "engine": "graph"}
    if differentiable:
        return DifferentiableProgram(graph, report)
    program = GraphProgram(graph, report)
    rival = GraphProgram(
        _traced(lambda *raws: graph(*raws), specs, xla=True), {**report, "engine": "xla"}
    )
    return rival if _seconds(rival, examples) < _seconds(program, examples) else program


def _traced(function: Callable[..., Any], specs: list[tf.TensorSpec], xla: bool) -> Any:
    return tf.function(function, autograph=False, jit_compile=xla or None).get_concrete_function(
        *specs
    )


def _seconds(program: Program, examples: Sequence[Raw]) -> float:
    """The fastest of a few calls; infinite where XLA cannot compile the graph."""
    try:
        program(list(examples))
    except tf.errors.OpError:
        return float("inf")
    times = []
    for _ in range(10):
        start = time.perf_counter()
        program(list(examples))[0].numpy()
        times.append(time.perf_counter() - start)
    return min(times)
