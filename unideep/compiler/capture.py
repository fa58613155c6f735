"""A capture notes which handles from outside a step reads and rebinds.

The discovery run executes the step for real under a capture; the trace executes it once more with
the engine's placeholders in the noted handles. Neither leaves a mark on a handle if it fails.
"""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Generator
from typing import Any

from unideep.backend import Backend, Raw
from unideep.compiler.feed import Feed
from unideep.dispatch import as_tensor, scope
from unideep.errors import CompileError
from unideep.tensor import Leaf, Tensor

__all__ = ["Branch", "Capture", "Escaped", "outside"]


class Escaped:
    """The raw of a tensor that was kept from a trace: it never had a value."""

    ndim = 0

    def __getattr__(self, name: str) -> Any:
        raise CompileError(
            "this tensor was kept from inside a compiled step, where it has no value.",
            fix="return it from the step, or write it into a tensor made outside: total += loss.",
        )


class Capture:
    """What one run of a step did to handles that were there before it.

    Attributes:
        reads: Handles whose value from before the run is used.
        rebinds: Handles that got a new value.
        feeds: The numbers that the host supplies to each call.
    """

    def __init__(self, placeholders: list[Tensor] | None = None) -> None:
        self.reads: dict[int, Tensor] = {}
        self.rebinds: dict[int, Tensor] = {}
        self.feeds: list[Feed] = []
        self.leaves: dict[int, Leaf] = {}
        self._before: dict[int, tuple[Tensor, Raw, Any]] = {}
        self._fresh_before: dict[int, bool] = {}
        self._births: dict[int, weakref.ref[Tensor]] = {}
        self._placeholders = placeholders

    @property
    def is_trace(self) -> bool:
        """Whether tensors stand for values to come; if not, this is a run for real."""
        return self._placeholders is not None

    # Called by dispatch, the tape and feeds

    def born(self, t: Tensor) -> None:
        """`t` was made inside: no concern of anybody outside."""
        self._births[id(t)] = weakref.ref(t)

    def _was_born(self, t: Tensor) -> bool:
        birth = self._births.get(id(t))  # of another one that has died, perhaps: ids are reused
        return birth is not None and birth() is t

    def read(self, t: Tensor) -> None:
        """The value of `t` is used."""
        key = id(t)
        if key not in self.rebinds and not self._was_born(t):
            self.reads[key] = t

    def rebind(self, t: Tensor) -> None:
        """`t` is about to get a new value."""
        key = id(t)
        if not self._was_born(t):
            self._before.setdefault(key, (t, t._raw, t._node))
            self.rebinds[key] = t

    def marks(self, leaf: Leaf) -> None:
        """The freshness of a gradient is about to change."""
        self._fresh_before.setdefault(id(leaf), leaf.fresh)
        self.leaves[id(leaf)] = leaf

    def feed(self, feed: Feed, backend: Backend) -> Tensor:
        """The tensor of the next feed: its real value in discovery, a placeholder in a trace."""
        self.feeds.append(feed)
        n = len(self.feeds)
        if self._placeholders is not None and n <= len(self._placeholders):
            return self._placeholders[n - 1]
        with outside():
            value = as_tensor(feed.draw(), feed.dtype, backend=backend)
        self.born(value)
        return value

    # Called by the entry

    @contextlib.contextmanager
    def running(self) -> Generator[None]:
        """Note what happens inside; undo it all if it raises."""
        outer = scope.capture
        scope.capture = self
        scope.settle()
        try:
            yield
        except BaseException:
            self.undo()
            for feed in self.feeds[len(self._placeholders or ()) :]:
                feed.undo()
            raise
        finally:
            scope.capture = outer
            scope.settle()

    def undo(self) -> None:
        """Give every handle the value it had before."""
        for t, raw, node in self._before.values():
            t._raw, t._node = raw, node
        for key, leaf in self.leaves.items():
            leaf.fresh = self._fresh_before[key]

    def freshness(self) -> list[tuple[Leaf, bool]]:
        """The marks that differ from before, to be set again after each call."""
        return [(f, f.fresh) for k, f in self.leaves.items() if f.fresh != self._fresh_before[k]]

    def unobserved(self) -> list[Leaf]:
        """Leaves whose gradient is of no use after the run: consumed, and read by nobody."""
        return [
            leaf
            for leaf in self.leaves.values()
            if not (leaf.fresh or leaf.observed)
            and leaf.gradient is not None
            and id(leaf.gradient) in self.rebinds
            and id(leaf.gradient) not in self.reads
        ]

    def poison(self) -> None:
        """Tensors of a trace that somebody kept say so when they are used."""
        for reference in self._births.values():
            t = reference()
            if t is not None:
                t._raw, t._node = Escaped(), None


class Branch:
    """Stands for the capture while something is traced that may not run: its writes wait.

    Attributes:
        written: Handles from outside that it writes, each with the new value; set at the end.
    """

    def __init__(self) -> None:
        self._outer: Capture = scope.capture
        self._own: dict[int, weakref.ref[Tensor]] = {}
        self._before: dict[int, tuple[Tensor, Raw, Any]] = {}
        self.written: list[tuple[Tensor, Tensor]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outer, name)

    def born(self, t: Tensor) -> None:
        """`t` is of no concern outside."""
        self._own[id(t)] = weakref.ref(t)
        self._outer.born(t)

    def rebind(self, t: Tensor) -> None:
        """`t` is about to get a new value, which it has if this branch runs."""
        birth = self._own.get(id(t))
        if birth is None or birth() is not t:
            self._outer.read(t)  # it keeps the old one if not
            self._before.setdefault(id(t), (t, t._raw, t._node))
        self._outer.rebind(t)

    def marks(self, leaf: Leaf) -> None:
        """A gradient would be there or not."""
        raise CompileError(
            "backward() inside a branch or a while_loop of compiled code.",
            fix="call it outside, or compute gradients there with autograd.grad.",
        )

    def __enter__(self) -> Branch:
        scope.capture = self
        return self

    def __exit__(self, *_: object) -> None:
        scope.capture = self._outer
        for t, raw, node in self._before.values():
            new = Tensor(t._raw, t._backend, t._node)
            self._outer.born(new)
            self.written.append((t, new))
            t._raw, t._node = raw, node


@contextlib.contextmanager
def outside() -> Generator[None]:
    """Make lasting things (parameters, optimizer slots) during a discovery as if before it."""
    capture, recording = scope.capture, scope.recording
    scope.capture, scope.recording = None, False
    scope.settle()
    try:
        yield
    finally:
        scope.capture, scope.recording = capture, recording
        scope.settle()
