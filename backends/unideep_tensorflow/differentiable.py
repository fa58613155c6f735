"""A graph as one node of the tape: what a hybridized block is inside `record()`.

A tape can differentiate a concrete function itself, but that costs 400 microseconds a call, and a
persistent tape makes it prepare for second derivatives. Here the forward and the backward graph are
cut out of one trace, for the inputs whose gradient is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import tensorflow as tf
from tensorflow.python.eager.record import (
    could_possibly_record,
    record_operation,
    should_record_backprop,
    stop_recording,
)

from unideep.backend import Raw
from unideep_tensorflow.graph import Run, runner, size


class Pair(NamedTuple):
    """A forward graph that also gives what the backward graph needs.

    Attributes:
        saved: The inputs that the backward graph needs; the other residuals are outputs.
    """

    forward: Run
    backward: Run
    saved: list[int]


class DifferentiableProgram:
    """A traced `pure` with a pair of graphs for each set of inputs whose gradient is wanted."""

    def __init__(self, pure: Any, specs: list[tf.TensorSpec]) -> None:
        self._pure = pure
        self._trace = tf.compat.v1.wrap_function(lambda *ins: self._record(pure, ins), specs)
        self._pairs: dict[tuple[bool, ...], Pair] = {}
        self._run = self._cut(self._ins, self._outs)
        self.report = {"ops": size(self._trace.graph), "engine": "graph"}

    def __call__(self, raws: list[Raw]) -> Sequence[Raw]:
        wanted = tuple(should_record_backprop([r]) for r in raws)
        if not any(wanted) or not self._inexact:
            return self._run(raws)
        pair = self._pairs.get(wanted)
        if pair is None:
            pair = self._pairs[wanted] = self._split(wanted)
        with stop_recording():
            found = pair.forward(raws)
        outs, residuals = found[: len(self._outs)], found[len(self._outs) :]
        inputs = [r for r, w in zip(raws, wanted, strict=True) if w]

        def backward(*grads: Raw) -> list[Raw]:
            seeds = [grads[i] for i in self._inexact]
            if could_possibly_record():  # this gradient is to be differentiated
                return self._recorded(raws, inputs, seeds)
            return pair.backward([*(raws[i] for i in pair.saved), *residuals, *seeds])

        record_operation("UniDeep", outs, inputs, backward)
        return outs

    def _record(self, pure: Any, ins: Sequence[Raw]) -> list[Raw]:
        """Forward and backward in one graph; the seeds are placeholders in it."""
        self._ins = list(ins)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([x for x in ins if _is_inexact(x)])
            self._outs = [tf.identity(y) for y in pure(list(ins))]
        self._inexact = [i for i, y in enumerate(self._outs) if _is_inexact(y)]
        ends = [self._outs[i] for i in self._inexact]
        self._seeds = [tf.compat.v1.placeholder(y.dtype, y.shape) for y in ends]
        self._grads = tape.gradient(
            ends, self._ins, self._seeds, unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        self._grads = [g if g is None else tf.convert_to_tensor(g) for g in self._grads]
        return self._outs

    def _cut(self, feeds: list[Any], fetches: list[Any]) -> Run:
        """The part of the trace from `feeds` to `fetches`."""
        return runner(self._trace.prune(feeds, fetches))

    def _split(self, wanted: tuple[bool, ...]) -> Pair:
        grads = [g for g, w in zip(self._grads, wanted, strict=True) if w]
        residuals = self._residuals(grads)
        places = {x.name: i for i, x in enumerate(self._ins)}
        saved = [places[t.name] for t in residuals if t.name in places]
        made = [t for t in residuals if t.name not in places]
        feeds = [*(self._ins[i] for i in saved), *made, *self._seeds]
        return Pair(self._cut(self._ins, [*self._outs, *made]), self._cut(feeds, grads), saved)

    def _residuals(self, grads: list[Any]) -> list[Any]:
        """What depends on the inputs alone, and is read by what depends on the seeds too."""
        operations = self._trace.graph.get_operations()
        forward = _dependents(operations, self._ins)
        forward -= _dependents(operations, self._seeds)
        found: dict[str, Any] = {}
        seen: set[str] = set()
        stack = list(grads)
        while stack:
            t = stack.pop()
            if t.op.name in forward:
                # All outputs: `prune` looks behind what it is fed, and misses the op's others.
                found.update((o.name, o) for o in t.op.outputs)
            elif t.op.name not in seen:
                seen.add(t.op.name)
                stack += t.op.inputs
        return list(found.values())

    def _recorded(self, raws: list[Raw], inputs: list[Raw], seeds: list[Raw]) -> list[Raw]:
        """The gradients by eager calls, which can be differentiated again.

        The trace itself cannot: TensorFlow forgets the gradients of functions that it calls.
        """
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(inputs)
            outs = self._pure(list(raws))
        return tape.gradient([outs[i] for i in self._inexact], inputs, seeds)


def _is_inexact(x: Any) -> bool:
    return x.dtype.is_floating or x.dtype.is_complex


def _dependents(operations: Sequence[Any], sources: list[Any]) -> set[str]:
    """The names of the operations that `sources` reach; `operations` come in order.

    Control inputs count: the gradient of erf, for one, computes nothing of x before its seed.
    """
    found = {t.op.name for t in sources}
    for op in operations:
        if any(before.name in found for before in (*op.control_inputs, *(t.op for t in op.inputs))):
            found.add(op.name)
    return found
