"""TensorFlow's tape behind UniDeep's recording."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.python.eager.imperative_grad import imperative_grad
from tensorflow.python.eager.record import stop_recording

from unideep.autograd.native import Entry, NativeTape
from unideep.autograd.tape import Pairs, Tensor
from unideep.backend import Raw
from unideep_tensorflow.layout import known, outward


class Tape(NativeTape):
    """One persistent `tf.GradientTape`.

    Where a recording reads a value of an earlier one, the earlier tape records along from then on.
    So each tape knows all that depends on its leaves, and the gradient of a leaf is the affair of
    the one tape that watches it.
    """

    def __init__(self, backend: Any) -> None:
        super().__init__(backend)
        self.native = tf.GradientTape(persistent=True, watch_accessed_variables=False)
        self.active = False
        self._reopened: list[Tape] = []
        self._involved: list[Tape] = []

    def start(self) -> None:
        """Record from now on."""
        self.native.__enter__()
        self.active = True

    def stop(self) -> None:
        """Stop recording, the earlier tapes that were opened again as well."""
        self.native.__exit__(None, None, None)
        self.active = False
        while self._reopened:
            self._reopened.pop().stop()

    def watch(self, raw: Raw) -> Raw:
        """A tensor of its own for each leaf: two handles may share one raw."""
        with stop_recording():
            own = tf.raw_ops.Identity(input=raw)
        self.native.watch(own)
        return own

    def join(self, raw: Raw) -> None:
        """Let the tapes that `raw` was computed on record along."""
        for tape in self.lineage()[1:]:
            if not tape.active:
                tape.start()
                self._reopened.append(tape)

    def gradients(
        self, heads: list[Tensor], seeds: list[Tensor], sources: list[Tensor] | None,
        retain: bool, create: bool,
    ) -> Pairs:  # fmt: skip
        """As `NativeTape.gradients`, for heads of several recordings."""
        tapes = (t for h in heads if isinstance(h._node, Tape) for t in h._node.lineage())
        self._involved = list(dict.fromkeys(tapes))
        return super().gradients(heads, seeds, sources, retain, create)

    def derive(
        self, heads: list[Raw], seeds: list[Raw], entries: list[Entry], retain: bool, create: bool
    ) -> Sequence[Raw | None]:
        """Each tape's part of the gradient of each handle, added up."""
        totals: dict[int, Raw] = {}
        with self._recording(create):
            for tape in self._involved:
                natives = {id(e.handle): tape._native_of(e) for e in entries}
                natives = {key: n for key, n in natives.items() if n is not None}
                inner = [known(n) for n in natives.values()]
                sources = [n if k is None else k[1] for k, n in zip(inner, natives.values())]
                found = imperative_grad(tape.native._tape, heads, sources, output_gradients=seeds)
                for key, g, k in zip(natives, found, inner):
                    if g is not None:
                        g = _dense(g) if k is None else outward(g, k[0])
                        totals[key] = g if key not in totals else totals[key] + g
        return _once(entries, totals)

    def _native_of(self, entry: Entry) -> Raw | None:
        """What this tape watches, or has computed, for the handle of an entry."""
        own = self.leaves.get(id(entry.handle))
        if own is not None:
            return own.native
        return entry.handle._raw if entry.handle._node is self else None

    @contextlib.contextmanager
    def _recording(self, create: bool) -> Iterator[None]:
        """Record the gradients themselves on every tape that they depend on, or nowhere."""
        if not create:
            with stop_recording():
                yield
            return
        idle = [t for t in self._involved if not t.active]
        for tape in idle:
            tape.start()
        try:
            yield
        finally:
            for tape in idle:
                tape.stop()


def _dense(g: Raw) -> Raw:
    return tf.convert_to_tensor(g) if isinstance(g, tf.IndexedSlices) else g


def _once(entries: list[Entry], totals: dict[int, Raw]) -> list[Raw | None]:
    """The total of a handle at its first entry, None at entries of the handle on other tapes."""
    first: dict[int, Raw] = {}
    for e in entries:
        first.setdefault(id(e.handle), e.native)
    return [totals.get(id(e.handle)) if first[id(e.handle)] is e.native else None for e in entries]
