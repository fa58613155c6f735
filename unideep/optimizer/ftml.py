"""Follow the moving leader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["FTML"]


@register
class FTML(Optimizer):
    """The best weights in hindsight, where recent steps count more.

    v ← β₂ v + (1 - β₂) g²; d' = (1 - β₁ᵗ) / η · (√(v / (1 - β₂ᵗ)) + ε);
    z ← β₁ z + (1 - β₁) g - (d' - β₁ d) w; d ← d'; w ← -z / d, with g including λ w.

    Args:
        learning_rate: η, default 0.0025.
        beta1, beta2, epsilon: β₁, β₂, ε.
        options: As `Optimizer`; `wd` is λ.

    Source:
        Zheng and Kwok, 2017, "Follow the moving leader in deep learning", ICML, algorithm 1.
    """

    slots = ("d", "variance", "z")
    default_learning_rate = 0.0025

    def __init__(
        self, learning_rate: float | None = None, beta1: float = 0.6, beta2: float = 0.999,
        epsilon: float = 1e-8, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def rate(self, num_update: int) -> tuple[float, ...]:
        """The rate, 1 - β₁ᵗ and 1 / (1 - β₂ᵗ)."""
        of_variance = 1 / (1 - self.beta2**num_update)
        return self.learning_rate_at(num_update), 1 - self.beta1**num_update, of_variance

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        share: Scalar, of_variance: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        d, v, z = slots
        g = decayed(g, w, wd)
        v = self.beta2 * v + (1 - self.beta2) * (g * g)
        new_d = (ops.sqrt(of_variance * v) + self.epsilon) * (share / rate)
        z = self.beta1 * z + (1 - self.beta1) * g - (new_d - self.beta1 * d) * w
        return -z / new_d, [new_d, v, z]
