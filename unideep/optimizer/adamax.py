"""Adamax."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["Adamax"]


@register
class Adamax(Optimizer):
    """Adam with the greatest gradient in place of the variance: u ← max(β₂ u, |g|).

    m ← β₁ m + (1 - β₁) g; w ← w - η / (1 - β₁ᵗ) · m / (u + ε), with g including λ w.

    Args:
        learning_rate: η, default 0.002.
        beta1, beta2, epsilon: β₁, β₂, ε.
        options: As `Optimizer`.

    Source:
        Kingma and Ba, 2014, arXiv:1412.6980, algorithm 2.
    """

    slots = ("mean", "greatest")
    default_learning_rate = 0.002

    def __init__(
        self, learning_rate: float | None = None, beta1: float = 0.9, beta2: float = 0.999,
        epsilon: float = 1e-8, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def rate(self, num_update: int) -> float:
        """The rate with the correction of the mean."""
        return self.learning_rate_at(num_update) / (1 - self.beta1**num_update)

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        m, u = slots
        g = decayed(g, w, wd)
        m = self.beta1 * m + (1 - self.beta1) * g
        u = ops.maximum(self.beta2 * u, ops.abs(g))
        return w - rate * m / (u + self.epsilon), [m, u]
