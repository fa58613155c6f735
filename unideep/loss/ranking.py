"""Losses between points: which are to be near each other, and which apart."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.loss.base import Loss
from unideep.tensor import Tensor

__all__ = ["CosineEmbeddingLoss", "TripletLoss"]


class TripletLoss(Loss):
    """max(0, Σ (pred - positive)² - Σ (pred - negative)² + margin).

    Shape:
        pred, positive and negative (N, ...) -> (N,): sums, not means.

    Source:
        Schroff et al., 2015, arXiv:1503.03832.
    """

    def __init__(
        self, margin: float = 1.0, weight: float | None = None, batch_axis: int = 0
    ) -> None:
        super().__init__(weight, batch_axis)
        self._margin = margin

    def forward(
        self, pred: Tensor, positive: Any, negative: Any, sample_weight: Any = None
    ) -> Tensor:
        """The loss of each item."""
        near = ops.square(pred - self._like(positive, pred))
        far = ops.square(pred - self._like(negative, pred))
        loss = ops.sum(near - far, axis=self._others(pred)) + self._margin
        return self._weighted(ops.relu(loss), sample_weight)


class CosineEmbeddingLoss(Loss):
    """1 - cos(x, y) where the label is 1, max(0, cos(x, y) - margin) where it is -1.

    Shape:
        x and y (N, ..., D), label (N, ...) -> (N,).
    """

    def __init__(
        self, weight: float | None = None, batch_axis: int = 0, margin: float = 0.0
    ) -> None:
        super().__init__(weight, batch_axis)
        self._margin = margin

    def forward(self, x: Tensor, y: Any, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        y = self._like(y, x)
        squares = (ops.sum(v * v, axis=-1) + 1e-12 for v in (x, y))  # the slope at 0 is finite
        cosine = ops.sum(x * y, axis=-1) / ops.sqrt(ops.multiply(*squares))
        label = self._like(label, cosine)
        apart = ops.where(label == -1, ops.relu(cosine - self._margin), 0.0)
        return self._reduce(ops.where(label == 1, 1.0 - cosine, apart), sample_weight)
