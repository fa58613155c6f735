"""The tape: PyTorch's own autograd graph, grown on leaves that share their raw's memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch.autograd.graph import _engine_run_backward

from unideep.autograd.native import Entry, NativeTape
from unideep.backend import Raw
from unideep_torch.ownership import LEAF


class TorchTape(NativeTape):
    """Leaves are made once for each raw and kept on it: in-place updates keep them valid."""

    def watch(self, raw: Raw) -> Raw:
        """The leaf of a raw."""
        leaf = raw.__dict__.get(LEAF)
        if leaf is None:
            leaf = raw.__dict__[LEAF] = raw.detach().requires_grad_(True)
        return leaf

    def read(self, t: Any) -> Raw:
        """The raw of an input; an entry keeps the leaf alone, so it does not hold the raw."""
        node = t._node
        if node is self or (node is None and t._leaf is None):
            return t._raw
        if node is not None:
            return super().read(t)
        leaf = self.watch(t._raw)
        entry = self.leaves.get(id(t))
        if entry is None or entry.native is not leaf:
            self.leaves[id(t)] = Entry(t, leaf, leaf)
        return leaf

    def derive(
        self, heads: list[Raw], seeds: list[Raw], entries: list[Entry], retain: bool, create: bool
    ) -> Sequence[Raw | None]:
        """The gradients of `heads`, None where there is no path."""
        pairs = [(h, s) for h, s in zip(heads, seeds, strict=True) if h.requires_grad]
        if not pairs:
            return [None] * len(entries)
        tracked, grads = zip(*pairs, strict=True)
        return _engine_run_backward(
            tracked, grads, retain, create, tuple(e.native for e in entries),
            allow_unreachable=True, accumulate_grad=False,
        )  # fmt: skip
