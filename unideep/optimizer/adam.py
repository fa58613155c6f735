"""Adam."""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.optimizer.base import Common, Optimizer, Tensors, register

__all__ = ["Adam"]


@register
class Adam(Optimizer):
    """Rates by the running mean and variance of each gradient.

    m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²;
    w ← w - η √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε).

    ε is added to the uncorrected √v, as in Gluon; PyTorch adds it to the corrected one.

    Args:
        learning_rate: η, default 0.001.
        beta1, beta2, epsilon: β₁, β₂, ε.
        lazy_update: Gluon's, for sparse gradients: accepted and without effect.
        options: As `Optimizer`.

    Source:
        Kingma and Ba, 2014, arXiv:1412.6980.
    """

    slots = ("mean", "variance")
    default_learning_rate = 0.001

    def __init__(
        self, learning_rate: float | None = None, beta1: float = 0.9, beta2: float = 0.999,
        epsilon: float = 1e-8, lazy_update: bool = False, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def rate(self, num_update: int) -> float:
        """The rate with Adam's bias correction."""
        correction = math.sqrt(1 - self.beta2**num_update) / (1 - self.beta1**num_update)
        return self.learning_rate_at(num_update) * correction

    def update(
        self, weights: Tensors, gradients: Tensors, slots: list[Tensors], rate: Scalar,
        common: Common,
    ) -> tuple[Tensors, list[Tensors]]:  # fmt: skip
        """One step."""
        means, variances = slots
        new, means, variances = ops.adam_step(
            weights, gradients, means, variances, rate,
            self.beta1, self.beta2, self.epsilon, *common,
        )  # fmt: skip
        return new, [means, variances]
