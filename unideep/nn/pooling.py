"""Pooling layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.block import HybridBlock
from unideep.tensor import Tensor

__all__ = ["AvgPool2D", "GlobalAvgPool2D", "MaxPool2D"]

Size = int | Sequence[int]


class _Pool(HybridBlock):
    def __init__(
        self, pool_size: Size, strides: Size | None, padding: Size, **options: Any
    ) -> None:
        super().__init__()
        stride = pool_size if strides is None else strides
        self._options = {"window": pool_size, "stride": stride, "padding": padding, **options}

    def diagnose(self, x: Tensor) -> tuple[str, str] | None:
        """The usual mistake: axes."""
        if x.ndim == 4:
            return None
        return (
            f"x has {x.ndim} axes but {type(self).__name__} needs 4: (batch, channels, h, w).",
            "reshape the input.",
        )

    def _facts(self) -> str:
        return ", ".join(f"{k}={v}" for k, v in self._options.items())


class MaxPool2D(_Pool):
    """The largest element of each window.

    Args:
        pool_size: The window.
        strides: Default: the window.
        padding: Of -∞ on each side.
        ceil_mode: Whether a last, partial window counts.

    Shape:
        x (N, C, H, W) -> (N, C, H', W').

    Example:
        >>> nn.MaxPool2D(2)(np.ones((1, 3, 8, 6))).shape
        (1, 3, 4, 3)
    """

    def __init__(
        self,
        pool_size: Size = 2,
        strides: Size | None = None,
        padding: Size = 0,
        layout: str = "NCHW",
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(pool_size, strides, padding, ceil_mode=ceil_mode)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.max_pool(x, **self._options)


class AvgPool2D(_Pool):
    """The mean of each window.

    Args:
        count_include_pad: Whether zeros of the padding count as elements.
        pool_size, strides, padding, ceil_mode: As `MaxPool2D`.

    Shape:
        x (N, C, H, W) -> (N, C, H', W').
    """

    def __init__(
        self,
        pool_size: Size = 2,
        strides: Size | None = None,
        padding: Size = 0,
        layout: str = "NCHW",
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(
            pool_size, strides, padding, ceil_mode=ceil_mode, count_include_pad=count_include_pad
        )

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.avg_pool(x, **self._options)


class GlobalAvgPool2D(HybridBlock):
    """The mean over height and width, which stay with size one.

    Shape:
        x (N, C, H, W) -> (N, C, 1, 1).
    """

    def __init__(self, layout: str = "NCHW") -> None:
        super().__init__()

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.global_avg_pool(x)
