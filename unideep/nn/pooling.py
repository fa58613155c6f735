"""Pooling layers, over one to three spatial axes."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.nn.layout import Size, Spatial
from unideep.tensor import Tensor

__all__ = [
    "AvgPool1D", "AvgPool2D", "AvgPool3D", "GlobalAvgPool1D", "GlobalAvgPool2D", "GlobalAvgPool3D",
    "GlobalMaxPool1D", "GlobalMaxPool2D", "GlobalMaxPool3D", "MaxPool1D", "MaxPool2D", "MaxPool3D",
]  # fmt: skip


class _Pool(Spatial):
    """What pooling over windows shares."""

    def __init__(
        self,
        pool_size: Size,
        strides: Size | None,
        padding: Size,
        layout: str | None,
        **options: Any,
    ) -> None:
        super().__init__(layout)
        stride = pool_size if strides is None else strides
        found = {"window": pool_size, "stride": stride, "padding": padding}
        self._options: dict[str, Any] = {k: self._sizes(v) for k, v in found.items()}
        self._options |= options

    def _facts(self) -> str:
        return ", ".join(f"{k}={v}" for k, v in self._options.items())


class _MaxPool(_Pool):
    def __init__(
        self,
        pool_size: Size = 2,
        strides: Size | None = None,
        padding: Size = 0,
        layout: str | None = None,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(pool_size, strides, padding, layout, ceil_mode=ceil_mode)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.max_pool(x, **self._options)


class _AvgPool(_Pool):
    def __init__(
        self,
        pool_size: Size = 2,
        strides: Size | None = None,
        padding: Size = 0,
        layout: str | None = None,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(
            pool_size, strides, padding, layout,
            ceil_mode=ceil_mode, count_include_pad=count_include_pad,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.avg_pool(x, **self._options)


class _GlobalMaxPool(Spatial):
    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.global_max_pool(self._checked(x))


class _GlobalAvgPool(Spatial):
    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.global_avg_pool(self._checked(x))


class MaxPool1D(_MaxPool):
    """The largest element of each window: `MaxPool2D` over x (N, C, W)."""

    layout = "NCW"


class MaxPool2D(_MaxPool):
    """The largest element of each window.

    Args:
        pool_size: The window: an int, or one for each spatial axis.
        strides: Default: the window.
        padding: Of -∞ on each side.
        ceil_mode: Whether a last, partial window counts.

    Shape:
        x (N, C, H, W) -> (N, C, H', W').

    Example:
        >>> nn.MaxPool2D(2)(np.ones((1, 3, 8, 6))).shape
        (1, 3, 4, 3)
    """

    layout = "NCHW"


class MaxPool3D(_MaxPool):
    """The largest element of each window: `MaxPool2D` over x (N, C, D, H, W)."""

    layout = "NCDHW"


class AvgPool1D(_AvgPool):
    """The mean of each window: `AvgPool2D` over x (N, C, W)."""

    layout = "NCW"


class AvgPool2D(_AvgPool):
    """The mean of each window.

    Args:
        count_include_pad: Whether zeros of the padding count as elements.
        pool_size, strides, padding, ceil_mode: As `MaxPool2D`.

    Shape:
        x (N, C, H, W) -> (N, C, H', W').
    """

    layout = "NCHW"


class AvgPool3D(_AvgPool):
    """The mean of each window: `AvgPool2D` over x (N, C, D, H, W)."""

    layout = "NCDHW"


class GlobalMaxPool1D(_GlobalMaxPool):
    """The largest element of each channel: x (N, C, W) -> (N, C, 1)."""

    layout = "NCW"


class GlobalMaxPool2D(_GlobalMaxPool):
    """The largest element of each channel: x (N, C, H, W) -> (N, C, 1, 1)."""

    layout = "NCHW"


class GlobalMaxPool3D(_GlobalMaxPool):
    """The largest element of each channel: x (N, C, D, H, W) -> (N, C, 1, 1, 1)."""

    layout = "NCDHW"


class GlobalAvgPool1D(_GlobalAvgPool):
    """The mean of each channel: x (N, C, W) -> (N, C, 1)."""

    layout = "NCW"


class GlobalAvgPool2D(_GlobalAvgPool):
    """The mean of each channel: x (N, C, H, W) -> (N, C, 1, 1)."""

    layout = "NCHW"


class GlobalAvgPool3D(_GlobalAvgPool):
    """The mean of each channel: x (N, C, D, H, W) -> (N, C, 1, 1, 1)."""

    layout = "NCDHW"
