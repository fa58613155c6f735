"""Adam with decoupled weight decay."""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.optimizer.base import Common, Optimizer, Tensors, register

__all__ = ["AdamW"]


@register
class AdamW(Optimizer):
    """Adam in which decay does not pass through the moments: w ← w - η_t (m / (√v + ε) + λ w).

    Args:
        learning_rate: η, default 0.001.
        correct_bias: Whether η_t includes √(1 - β₂ᵗ) / (1 - β₁ᵗ).
        beta1, beta2, epsilon: β₁, β₂, ε.
        options: As `Optimizer`; `wd` is λ.

    Source:
        Loshchilov and Hutter, 2017, arXiv:1711.05101.
    """

    slots = ("mean", "variance")
    default_learning_rate = 0.001

    def __init__(
        self, learning_rate: float | None = None, beta1: float = 0.9, beta2: float = 0.999,
        epsilon: float = 1e-6, correct_bias: bool = True, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.correct_bias = correct_bias

    def rate(self, num_update: int) -> float:
        """The rate, with Adam's bias correction if asked for."""
        rate = self.learning_rate_at(num_update)
        if self.correct_bias:
            rate *= math.sqrt(1 - self.beta2**num_update) / (1 - self.beta1**num_update)
        return rate

    def update(
        self, weights: Tensors, gradients: Tensors, slots: list[Tensors], rate: Scalar,
        common: Common,
    ) -> tuple[Tensors, list[Tensors]]:  # fmt: skip
        """One step."""
        means, variances = slots
        new, means, variances = ops.adamw_step(
            weights, gradients, means, variances, rate,
            self.beta1, self.beta2, self.epsilon, *common,
        )  # fmt: skip
        return new, [means, variances]
