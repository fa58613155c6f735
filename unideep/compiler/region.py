"""The body of a loop as a pure function, so that an engine can run and differentiate the loop.

What the body reads from outside becomes an argument. A body that writes to outside, draws random
numbers or stops gradients is not pure, and its loop is unrolled instead.
"""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence

from unideep.backend import Backend, Raw
from unideep.compiler.capture import Capture
from unideep.compiler.structure import Structure
from unideep.dispatch import scope
from unideep.tensor import Leaf, Tensor

__all__ = ["Region", "Step"]

Step = Callable[[list[Tensor]], tuple[Structure, Structure]]
"""One iteration: rows and state in, its outputs and the new state out."""


class Region:
    """An iteration whose readings from outside are arguments.

    Attributes:
        closed: The handles from outside that it reads.
        is_pure: Whether it does nothing but compute.
        outputs: The structure of what it gives besides the state.
    """

    def __init__(self, function: Step, example: Sequence[Tensor], backend: Backend) -> None:
        self._function, self._backend = function, backend
        probe = _Probe()
        with probe.running():
            self.outputs, _ = function([_own(t._raw, backend, t._node) for t in example])
            for t in self.outputs.tensors:
                probe.read(t)
        probe.undo()
        for feed in probe.feeds:
            feed.undo()
        self.closed = list(probe.reads.values())
        self.is_pure = not (probe.rebinds or probe.feeds or probe.is_cut)

    def on_tensors(
        self, carry: Sequence[Tensor], rows: Sequence[Tensor], rest: Sequence[Tensor]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """The new carry and the outputs."""
        before = [(t, t._raw, t._node) for t in self.closed]
        try:
            for t, new in zip(self.closed, rest, strict=True):
                t._raw, t._node = new._raw, new._node
            outputs, state = self._function([*rows, *carry])
            found = (state.tensors, outputs.tensors)
            return tuple([_own(t._raw, self._backend, t._node) for t in part] for part in found)  # pyright: ignore
        finally:
            for t, raw, node in before:
                t._raw, t._node = raw, node

    def on_raws(
        self, carry: Sequence[Raw], rows: Sequence[Raw], rest: Sequence[Raw]
    ) -> tuple[list[Raw], list[Raw]]:
        """As `on_tensors`, for the engine, which will differentiate the loop as a whole."""
        with _apart():
            parts = [[_own(raw, self._backend) for raw in part] for part in (carry, rows, rest)]
            new, outputs = self.on_tensors(*parts)
            return [t._raw for t in new], [t._raw for t in outputs]


def _own(raw: Raw, backend: Backend, node: object = None) -> Tensor:
    t = Tensor(raw, backend, node)
    if scope.capture is not None:
        scope.capture.born(t)
    return t


@contextlib.contextmanager
def _apart() -> Generator[None]:
    """A trace inside a trace: it leaves no mark and nothing in it is recorded."""
    saved = scope.recording, scope.tapes
    scope.recording, scope.tapes = False, None
    capture = Capture([])
    try:
        with capture.running():
            yield
    finally:
        scope.recording, scope.tapes = saved
        scope.settle()
        capture.undo()
        capture.poison()


class _Probe(Capture):
    """Finds out what a body does besides computing."""

    def __init__(self) -> None:
        super().__init__([])
        self.is_cut = False
        self._recording = scope.recording

    def read(self, t: Tensor) -> None:
        """A recorded value that is read unrecorded loses its history here."""
        if self._recording and not scope.recording and (t._node or t._leaf) is not None:
            self.is_cut = True
        super().read(t)

    def marks(self, leaf: Leaf) -> None:
        """A backward inside."""
        self.is_cut = True
        super().marks(leaf)
