"""Layers that move the elements of images: channels into space, and borders by reflection."""

from __future__ import annotations

import math
from collections.abc import Sequence

from unideep import ops
from unideep.block import HybridBlock
from unideep.errors import ShapeError
from unideep.nn.layout import Size, Spatial
from unideep.tensor import Tensor

__all__ = ["PixelShuffle1D", "PixelShuffle2D", "PixelShuffle3D", "ReflectionPad2D"]


class _PixelShuffle(Spatial):
    """What all share."""

    def __init__(self, factor: Size) -> None:
        super().__init__()
        self._factors = self._sizes(factor)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        n, channels, *space = self._checked(x).shape
        group, count = math.prod(self._factors), len(self._factors)
        if channels % group:  # a reshape would mix images in silence
            raise ShapeError(f"{channels} channels cannot be split into groups of {group}.")
        split = ops.reshape(x, (n, -1, *self._factors, *space))  # N C F S
        pairs = [axis for i in range(count) for axis in (2 + count + i, 2 + i)]
        mixed = ops.permute_dims(split, (0, 1, *pairs))  # N C (S F)
        larger = [s * f for s, f in zip(space, self._factors, strict=True)]
        return ops.reshape(mixed, (n, -1, *larger))

    def _facts(self) -> str:
        return f"factor={self._factors}"


class PixelShuffle1D(_PixelShuffle):
    """`PixelShuffle2D` with one spatial axis: x (N, C · f, W) -> (N, C, W · f)."""

    layout = "NCW"


class PixelShuffle2D(_PixelShuffle):
    """Channels into space: each group of f₁ · f₂ channels becomes an image f₁ by f₂ times as large.

    Args:
        factor: An int, or one for each spatial axis.

    Shape:
        x (N, C · f₁ · f₂, H, W) -> (N, C, H · f₁, W · f₂).

    Source:
        Shi et al., 2016, arXiv:1609.05158.

    Example:
        >>> nn.PixelShuffle2D(2)(np.ones((1, 12, 4, 5))).shape
        (1, 3, 8, 10)
    """

    layout = "NCHW"


class PixelShuffle3D(_PixelShuffle):
    """`PixelShuffle2D` with three: x (N, C · f₁ · f₂ · f₃, D, H, W) -> (N, C, D f₁, H f₂, W f₃)."""

    layout = "NCDHW"


class ReflectionPad2D(HybridBlock):
    """A border that mirrors the image, without the line of the mirror.

    Args:
        padding: How many on each side; or Gluon's eight numbers, before and after each of the four
            axes.

    Shape:
        x (N, C, H, W) -> (N, C, H + 2 padding, W + 2 padding).
    """

    def __init__(self, padding: int | Sequence[int] = 0) -> None:
        super().__init__()
        flat = (0,) * 4 + (padding,) * 4 if isinstance(padding, int) else tuple(padding)
        if len(flat) != 8:
            raise ShapeError(f"padding has {len(flat)} numbers.", fix="one, or eight.")
        self._padding = tuple(zip(flat[::2], flat[1::2], strict=True))

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.pad(x, self._padding, "reflect")

    def _facts(self) -> str:
        return f"padding={self._padding}"
