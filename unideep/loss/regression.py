"""Losses between numbers."""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.loss.base import Loss
from unideep.tensor import Tensor

__all__ = ["HuberLoss", "L1Loss", "L2Loss", "PoissonNLLLoss"]


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


class HuberLoss(Loss):
    """|d| - ρ/2 where |d| > ρ, d² / (2ρ) elsewhere, with d = pred - label.

    Args:
        rho: Where the square ends and the line begins.

    Shape:
        pred and label (N, ...) -> (N,).

    Source:
        Huber, 1964, "Robust estimation of a location parameter".
    """

    def __init__(self, rho: float = 1.0, weight: float | None = None, batch_axis: int = 0) -> None:
        super().__init__(weight, batch_axis)
        self._rho = rho

    def forward(self, pred: Tensor, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        error = ops.abs(pred - self._like(label, pred))
        square = (0.5 / self._rho) * ops.square(error)
        loss = ops.where(error > self._rho, error - 0.5 * self._rho, square)
        return self._reduce(loss, sample_weight)


class PoissonNLLLoss(Loss):
    """rate - label · log(rate), for counts with a predicted rate.

    Args:
        from_logits: pred is the logarithm of the rate (Gluon's name for it).
        compute_full: Add Stirling's approximation of log(label!), a constant of pred.

    Shape:
        pred and label (N, ...) -> (N,). Gluon's averages the batch as well.
    """

    def __init__(
        self,
        weight: float | None = None,
        from_logits: bool = True,
        batch_axis: int = 0,
        compute_full: bool = False,
    ) -> None:
        super().__init__(weight, batch_axis)
        self._from_logits, self._compute_full = from_logits, compute_full

    def forward(
        self, pred: Tensor, label: Any, sample_weight: Any = None, epsilon: float = 1e-8
    ) -> Tensor:
        """The loss of each item; `epsilon` keeps the logarithm of a rate of 0 finite."""
        label = self._like(label, pred).astype(pred.dtype, copy=False)
        if self._from_logits:
            loss = ops.exp(pred) - label * pred
        else:
            loss = pred - label * ops.log(pred + epsilon)
        if self._compute_full:
            loss = loss + _stirling(label)
        return self._reduce(loss, sample_weight)


def _stirling(n: Tensor) -> Tensor:
    """log(n!) where n > 1, 0 elsewhere."""
    is_large = n > 1
    n = ops.where(is_large, n, 1.0)
    return ops.where(is_large, n * ops.log(n) - n + 0.5 * ops.log(2 * math.pi * n), 0.0)
