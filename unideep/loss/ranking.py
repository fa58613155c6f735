"""Losses between points: which are to be near each other, and which apart."""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.loss.base import Loss
from unideep.tensor import Tensor

__all__ = ["CosineEmbeddingLoss", "SDMLLoss", "TripletLoss"]


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


class SDMLLoss(Loss):
    """How well each x finds its own y among all of the batch: smoothed deep metric learning.

    The divergence of softmax(-|xᵢ - yⱼ|²) from a distribution that gives most to j = i.

    Args:
        smoothing_parameter: What the others share.

    Shape:
        x and y (N, D), at least two items -> (N,).

    Source:
        Bonadiman et al., 2019, arXiv:1905.12786.
    """

    def __init__(
        self, smoothing_parameter: float = 0.3, weight: float | None = None, batch_axis: int = 0
    ) -> None:
        super().__init__(weight, batch_axis)
        self._smoothing = smoothing_parameter

    def forward(self, x: Tensor, y: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        gaps = ops.expand_dims(x, 1) - ops.expand_dims(self._like(y, x), 0)
        log_p = ops.log_softmax(-ops.sum(gaps * gaps, axis=2), 1)
        n, share = x.shape[0], self._smoothing
        places = ops.iota(x, length=n, dtype="int64")
        is_own = ops.expand_dims(places, 1) == places
        own = log_p[places, places]
        others = ops.sum(ops.where(is_own, 0.0, log_p), axis=1) / (n - 1)
        entropy = _xlogx(1 - share) + _xlogx(share) - share * math.log(n - 1)
        return self._weighted(entropy - (1 - share) * own - share * others, sample_weight)


def _xlogx(x: float) -> float:
    return x * math.log(x) if x else 0.0
