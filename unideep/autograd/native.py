"""The base of tapes that let the engine record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from unideep import dispatch
from unideep.autograd.tape import FREED, Pairs, _flags
from unideep.backend import Backend, Raw
from unideep.errors import GradientError, UniDeepError
from unideep.tensor import Tensor

__all__ = ["Entry", "NativeTape"]


class Entry(NamedTuple):
    """A leaf of a native tape: the handle, the raw it held, and what the engine watches."""

    handle: Tensor
    raw: Raw
    native: Raw


class NativeTape:
    """Base of tapes that let the engine record. A tape is the node of what it recorded."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.leaves: dict[int, Entry] = {}
        self.parents: set[NativeTape] = set()

    def start(self) -> None:
        """The engine begins to record."""

    def stop(self) -> None:
        """The engine stops to record."""

    def watch(self, raw: Raw) -> Raw:
        """What the engine watches in place of a leaf's raw."""
        raise NotImplementedError

    def join(self, raw: Raw) -> None:
        """A raw that an earlier tape recorded is read here."""

    def gradients(
        self, heads: list[Tensor], seeds: list[Tensor], sources: list[Tensor] | None,
        retain: bool, create: bool,
    ) -> Pairs:  # fmt: skip
        """The gradients of `heads`; of all leaves if `sources` is None. A tensor may come twice."""
        for head in heads:
            if head._node is FREED:
                FREED.gradients()
        entries = self._entries(heads)
        if sources is not None:
            entries = [e for x in sources for e in self._source(x, entries)]
        if not entries:
            return []
        with _flags(recording=create):
            raws = [h._raw for h in heads]
            try:
                found = self.derive(raws, [s._raw for s in seeds], entries, retain, create)
            except UniDeepError:
                raise
            except RuntimeError as error:
                raise _translated(error) from error
        node = self if create else None
        return [
            (e.handle, None if g is None else dispatch.wrap(g, self.backend, node))
            for e, g in zip(entries, found, strict=True)
        ]

    def derive(
        self, heads: list[Raw], seeds: list[Raw], entries: list[Entry], retain: bool, create: bool
    ) -> Sequence[Raw | None]:
        """The engine's own gradients of `heads`, one for each entry."""
        raise NotImplementedError

    def run(
        self, op: Any, function: Callable[..., Any], args: tuple[Any, ...], attrs: dict[str, Any]
    ) -> Any:
        """Run a call on what the engine watches."""
        tracked = False
        raws: list[Any] = []
        for a in args:
            if type(a) is Tensor:
                raw = self.read(a)
                tracked = tracked or raw is not a._raw or a._node not in (None, FREED)
                raws.append(raw)
            elif type(a) is list:
                group = [self.read(t) for t in a]
                tracked = tracked or any(
                    raw is not t._raw or t._node not in (None, FREED)
                    for raw, t in zip(group, a, strict=True)
                )
                raws.append(group)
            else:
                raws.append(a)
        node = self if tracked and op.is_differentiable else None
        return dispatch.wrap(function(*raws, **attrs), self.backend, node)

    def read(self, t: Tensor) -> Raw:
        """The raw of an input, watched if it is a leaf."""
        node = t._node
        if node is self:
            return t._raw
        if node is None:
            if t._leaf is None:
                return t._raw
            entry = self.leaves.get(id(t))
            if entry is None or entry.raw is not t._raw:
                entry = self.leaves[id(t)] = Entry(t, t._raw, self.watch(t._raw))
            return entry.native
        if node is not FREED:
            self.parents.add(node)
            self.join(t._raw)
        return t._raw

    def keep(self, x: Tensor) -> None:
        """`attach_grad` on a recorded tensor: keep its gradient as well."""
        self.leaves[id(x)] = Entry(x, x._raw, x._raw)

    def lineage(self) -> list[NativeTape]:
        """This tape and those whose values it read, later ones first."""
        found: list[NativeTape] = [self]
        for tape in found:
            found += [p for p in tape.parents if p not in found]
        return found

    def _entries(self, heads: list[Tensor]) -> list[Entry]:
        tapes = {id(t): t for h in heads for t in h._node.lineage()}
        merged: dict[tuple[int, int], Entry] = {}
        for tape in tapes.values():
            for entry in tape.leaves.values():
                merged.setdefault((id(entry.handle), id(entry.native)), entry)
        return list(merged.values())

    def _source(self, x: Tensor, entries: list[Entry]) -> list[Entry]:
        """The entries of a tensor: a leaf of several recordings has several."""
        own = [entry for entry in entries if entry.handle is x]
        return own or [Entry(x, x._raw, x._raw if x._node is not None else self.watch(x._raw))]


def _translated(error: RuntimeError) -> Exception:
    text = str(error)
    if "second time" in text:
        return GradientError(
            "part of this graph was freed by an earlier backward.",
            fix="pass retain_graph=True to the earlier backward, or record again.",
        )
    if "inplace operation" in text:
        return GradientError(
            "a tensor that this graph needs was updated since it was recorded.",
            fix="call backward before the update, or record again.",
        )
    return error
