"""The layer that makes rows of images."""

from __future__ import annotations

from unideep import ops
from unideep.block import HybridBlock
from unideep.tensor import Tensor

__all__ = ["Flatten"]


class Flatten(HybridBlock):
    """All axes but the first become one.

    Shape:
        x (N, ...) -> (N, prod(...)); x (N,) -> (N, 1).
    """

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.reshape(x, (x.shape[0], -1))
