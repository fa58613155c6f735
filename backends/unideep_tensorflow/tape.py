"""TensorFlow's tape behind UniDeep's recording."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.python.eager import tape as engine
from tensorflow.python.eager.imperative_grad import imperative_grad
from tensorflow.python.eager.record import stop_recording

from unideep.autograd.native import Entry, NativeTape
from unideep.autograd.tape import Pairs, Tensor
from unideep.backend import Raw
from unideep_tensorflow.layout import known, outward


class Tape(NativeTape):
    """One persistent tape of TensorFlow's.

    Where a recording reads a value of an earlier one, the earlier tape records along from then on.
    So each tape knows all that depends on its leaves, and the gradient of a leaf is the affair of
    the one tape that watches it.
    """

    def __init__(self, backend: Any) -> None:
        super().__init__(backend)
        self._native: Any = None
        self._is_active = False
        self._reopened: list[Tape] = []
        self._involved: list[Tape] = []

    def start(self) -> None:
        """Record from now on."""
        if self._native is None:
            self._native = engine.push_new_tape(persistent=True, watch_accessed_variables=False)
        else:
            engine.push_tape(self._native)
        self._is_active = True

    def stop(self) -> None:
        """Stop recording, the earlier tapes that were opened again as well."""
        engine.pop_tape(self._native)
        self._is_active = False
        while self._reopened:
            self._reopened.pop().stop()

    def watch(self, raw: Raw) -> Raw:
        """A tensor of its own for each leaf: two handles may share one raw."""
        with stop_recording():
            own = tf.raw_ops.Identity(input=raw)
        engine.watch(self._native, own)
        return own

    def join(self, raw: Raw) -> None:
        """Let the tapes that `raw` was computed on record along."""
        for tape in self.lineage()[1:]:
            if isinstance(tape, Tape) and not tape._is_active:
                tape.start()
                self._reopened.append(tape)

    def gradients(
        self, heads: list[Tensor], seeds: list[Tensor], sources: list[Tensor] | None,
        retain: bool, create: bool,
    ) -> Pairs:  # fmt: skip
        """As `NativeTape.gradients`, for heads of several recordings."""
        tapes = (t for h in heads if isinstance(h._node, Tape) for t in h._node.lineage())
        self._involved = list(dict.fromkeys(t for t in tapes if isinstance(t, Tape)))
        return super().gradients(heads, seeds, sources, retain, create)

    def derive(
        self, heads: list[Raw], seeds: list[Raw], entries: list[Entry], retain: bool, create: bool
    ) -> Sequence[Raw | None]:
        """Each tape's part of the gradient of each handle, added up."""
        totals: dict[int, Raw] = {}
        with self._recording(create):
            for tape in self._involved:
                for key, g in tape._parts(heads, seeds, entries):
                    totals[key] = totals[key] + g if key in totals else g
        return _once(entries, totals)

    def _parts(
        self, heads: list[Raw], seeds: list[Raw], entries: list[Entry]
    ) -> Iterator[tuple[int, Raw]]:
        """The gradients of the handles that this tape knows, each with the handle's id."""
        natives = {id(e.handle): n for e in entries if (n := self._native_of(e)) is not None}
        forms = [known(n) for n in natives.values()]  # what has an inner form was read in it
        sources = [
            n if form is None else form[1] for n, form in zip(natives.values(), forms, strict=True)
        ]
        found = imperative_grad(self._native, heads, sources, output_gradients=seeds)
        for key, g, form in zip(natives, found, forms, strict=True):
            if g is not None:
                g = tf.convert_to_tensor(g) if isinstance(g, tf.IndexedSlices) else g
                yield key, g if form is None else outward(g, form[0])

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
        idle = [tape for tape in self._involved if not tape._is_active]
        for tape in idle:
            tape.start()
        try:
            yield
        finally:
            for tape in idle:
                tape.stop()


def _once(entries: list[Entry], totals: dict[int, Raw]) -> list[Raw | None]:
    """The total of a handle at its first entry, None at its entries on other tapes."""
    first: dict[int, Raw] = {}
    for e in entries:
        first.setdefault(id(e.handle), e.native)
    return [totals.get(id(e.handle)) if first[id(e.handle)] is e.native else None for e in entries]
