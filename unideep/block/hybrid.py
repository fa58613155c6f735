"""HybridBlock: a Block whose forward can be compiled."""

from __future__ import annotations

from typing import Any

from unideep.block.block import Block
from unideep.compiler.entry import Compiled
from unideep.compiler.explain import History

__all__ = ["HybridBlock"]


class HybridBlock(Block):
    """A Block that `hybridize()` compiles: by the same means as `ud.compile`.

    Inside `record()` a hybridized Block is one differentiable node; inside a compiled step it is a
    part of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._compiled: Compiled[..., Any] | None = None

    def hybridize(self, active: bool = True, **options: Any) -> None:
        """Compile forward from the second call on, or stop to.

        Args:
            active: False goes back to eager calls.
            options: Gluon's (static_alloc, ...), accepted and without effect.
        """
        self._compiled = Compiled(super()._run) if active else None
        if self._compiled is None:
            self.__dict__.pop("_run", None)
        else:
            self._compiled.history.name = type(self).__name__
            self._run = self._compiled  # on the instance: others do not pay for the question
        super().hybridize(active, **options)

    def explain(self) -> History | None:
        """What the compiled forward tells about itself; None if not hybridized."""
        return None if self._compiled is None else self._compiled.explain()
