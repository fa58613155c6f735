"""The dropout layer."""

from __future__ import annotations

from unideep import ops
from unideep.block import HybridBlock
from unideep.errors import ArgumentError
from unideep.tensor import Tensor

__all__ = ["Dropout"]


class Dropout(HybridBlock):
    """Sets elements to 0 with probability `rate` in training mode, scales the rest.

    Args:
        rate: Probability of an element to be dropped, in [0, 1).
        axes: Axes along which elements share one decision.

    Shape:
        x (...) -> like x.

    Source:
        Srivastava et al., 2014, JMLR 15. The mask is the same on every backend.
    """

    def __init__(self, rate: float, axes: tuple[int, ...] = ()) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ArgumentError(f"rate is {rate}.", fix="a probability from 0 up to, not with, 1.")
        self._rate, self._axes = rate, tuple(axes)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.dropout(x, self._rate, self._axes)

    def _facts(self) -> str:
        return f"rate={self._rate}" + (f", axes={self._axes}" if self._axes else "")
