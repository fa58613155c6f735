"""Steps as TensorFlow graphs, compiled by XLA where a measurement says that it is faster."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from unideep.backend import Program, Raw
from unideep_tensorflow.differentiable import DifferentiableProgram
from unideep_tensorflow.graph import runner, size
from unideep_tensorflow.windows import Unsuited, tracing_for_xla

MOST_OPS = 3000
"""Larger graphs are not tried with XLA, which takes 3 s for the 765 operations of a LeNet step."""
TRIAL_S, FEWEST_TRIALS, MOST_TRIALS = 0.5, 12, 50

Pure = Callable[[Sequence[Raw]], Sequence[Raw]]


class GraphProgram:
    """A graph that was traced once."""

    def __init__(self, graph: Any, report: dict[str, Any]) -> None:
        self._run = runner(graph)
        self.report = report

    def __call__(self, raws: list[Raw]) -> Sequence[Raw]:
        return self._run(raws)


def compile_pure(pure: Pure, examples: Sequence[Raw], differentiable: bool) -> Program:
    """Trace `pure`, once more for XLA, and keep the faster program."""
    specs = [tf.TensorSpec(x.shape, x.dtype) for x in examples]
    if differentiable:
        return DifferentiableProgram(pure, specs)
    graph = _traced(pure, specs)
    program = GraphProgram(graph, {"ops": size(graph.graph), "engine": "graph"})
    if size(graph.graph) > MOST_OPS or not graph.outputs:
        return program
    try:
        with tracing_for_xla():
            fused = _traced(pure, specs, xla=True)
    except Unsuited:
        return program
    rival = GraphProgram(_enclosed(fused, specs), {"ops": size(fused.graph), "engine": "xla"})
    return _faster(program, rival, examples)


def _traced(pure: Pure, specs: list[tf.TensorSpec], xla: bool | None = None) -> Any:
    function = tf.function(lambda *raws: pure(list(raws)), autograph=False, jit_compile=xla)
    return function.get_concrete_function(*specs)


def _enclosed(fused: Any, specs: list[tf.TensorSpec]) -> Any:
    """A graph that calls XLA's program: the function-call operation itself would run it unfused."""
    return tf.function(lambda *raws: fused(*raws), autograph=False).get_concrete_function(*specs)


def _faster(graph: Program, fused: Program, examples: Sequence[Raw]) -> Program:
    """The one with the fastest call, of calls in turn so that noise hits both alike."""
    try:
        fused(list(examples))
    except tf.errors.OpError:  # XLA knows fewer operations
        return graph
    best = {graph: float("inf"), fused: float("inf")}
    end = time.perf_counter() + TRIAL_S
    for trial in range(MOST_TRIALS):
        for program in best:
            start = time.perf_counter()
            program(list(examples))[0].numpy()
            best[program] = min(best[program], time.perf_counter() - start)
        if trial >= FEWEST_TRIALS and time.perf_counter() > end:
            break
    return min(best, key=best.__getitem__)
