"""Stochastic gradient descent."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.optimizer.base import Common, Optimizer, Tensors, register

__all__ = ["SGD"]


@register
class SGD(Optimizer):
    """m ← μ m - η (g + λ w); w ← w + m. Without momentum: w ← w - η (g + λ w).

    Args:
        learning_rate: η, default 0.1.
        momentum: μ, default 0.
        lazy_update: Gluon's, for sparse gradients: accepted and without effect.
        options: As `Optimizer`.
    """

    default_learning_rate = 0.1

    def __init__(
        self, learning_rate: float | None = None, momentum: float = 0.0,
        lazy_update: bool = False, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.momentum = momentum
        self.slots = ("momentum",) if momentum else ()

    def update(
        self, weights: Tensors, gradients: Tensors, slots: list[Tensors], rate: Scalar,
        common: Common,
    ) -> tuple[Tensors, list[Tensors]]:  # fmt: skip
        """One step."""
        if not self.momentum:
            return ops.sgd_step(weights, gradients, rate, *common), []
        new, momenta = ops.sgd_momentum_step(
            weights, gradients, slots[0], rate, self.momentum, *common
        )
        return new, [momenta]
