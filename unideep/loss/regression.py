"""Losses between numbers."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.loss.base import Loss
from unideep.tensor import Tensor

__all__ = ["L1Loss", "L2Loss"]


class L2Loss(Loss):
    """½ · weight · (pred - label)².

    Shape:
        pred and label (N, ...) -> (N,).

    Example:
        >>> gluon.loss.L2Loss()(np.array([1.0, 2.0]), np.array([1.0, 4.0])).tolist()
        [0.0, 2.0]
    """

    def __init__(self, weight: float | None = 1.0, batch_axis: int = 0) -> None:
        super().__init__(weight, batch_axis)

    def forward(self, pred: Tensor, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        return self._reduce(ops.square(pred - self._like(label, pred)) * 0.5, sample_weight)


class L1Loss(Loss):
    """weight · |pred - label|.

    Shape:
        pred and label (N, ...) -> (N,).
    """

    def forward(self, pred: Tensor, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        return self._reduce(ops.abs(pred - self._like(label, pred)), sample_weight)
