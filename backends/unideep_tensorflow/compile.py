"""Steps as TensorFlow graphs, compiled by XLA where a measurement says that it is faster."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from unideep.backend import Program, Raw
from unideep_tensorflow.windows import tracing_for_xla

MOST_OPS = 3000
"""Larger graphs are not tried with XLA, which takes 3 s for the 765 operations of a LeNet step."""
TRIAL_S, MOST_TRIALS = 0.5, 50

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
    """Trace `pure`, once more for XLA, and keep the faster program."""
    specs = [tf.TensorSpec(x.shape, x.dtype) for x in examples]
    graph = _traced(pure, specs)
    report = _report(graph, "graph")
    if differentiable:
        return DifferentiableProgram(graph, report)
    program = GraphProgram(graph, report)
    if report["ops"] > MOST_OPS:
        return program
    with tracing_for_xla():
        fused = _traced(pure, specs, xla=True)
    return _faster(program, GraphProgram(_enclosed(fused, specs), _report(fused, "xla")), examples)


def _traced(pure: Pure, specs: list[tf.TensorSpec], xla: bool | None = None) -> Any:
    function = tf.function(lambda *raws: pure(list(raws)), autograph=False, jit_compile=xla)
    return function.get_concrete_function(*specs)


def _enclosed(fused: Any, specs: list[tf.TensorSpec]) -> Any:
    """A graph that calls XLA's program: the function-call operation itself would run it unfused."""
    return tf.function(lambda *raws: fused(*raws), autograph=False).get_concrete_function(*specs)


def _report(graph: Any, engine: str) -> dict[str, Any]:
    return {"ops": len(graph.graph.get_operations()), "engine": engine}


def _faster(graph: Program, fused: Program, examples: Sequence[Raw]) -> Program:
    """The one with the fastest call, of calls in turn so that noise hits both alike."""
    try:
        fused(list(examples))
    except tf.errors.OpError:  # XLA knows fewer operations
        return graph
    best = {graph: float("inf"), fused: float("inf")}
    end = time.perf_counter() + TRIAL_S
    for _ in range(MOST_TRIALS):
        for program in best:
            start = time.perf_counter()
            program(list(examples))[0].numpy()
            best[program] = min(best[program], time.perf_counter() - start)
        if time.perf_counter() > end:
            break
    return min(best, key=best.__getitem__)
