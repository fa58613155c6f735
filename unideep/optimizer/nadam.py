"""Adam with Nesterov's momentum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["Nadam"]


@register
class Nadam(Optimizer):
    """Adam that steps along the momentum of the next update.

    μ_t = β₁ (1 - 0.96^(ψ t) / 2); M_t = μ₁ ⋯ μ_t;
    m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²;
    w ← w - η [(1 - μ_t) / (1 - M_t) g + μ_{t+1} / (1 - M_{t+1}) m] / (√(v / (1 - β₂ᵗ)) + ε),
    with g including λ w.

    Args:
        learning_rate: η, default 0.001.
        beta1, beta2, epsilon: β₁, β₂, ε.
        schedule_decay: ψ.
        options: As `Optimizer`.

    Source:
        Dozat, 2016, "Incorporating Nesterov momentum into Adam", algorithm 2.
    """

    slots = ("mean", "variance")
    default_learning_rate = 0.001

    def __init__(
        self, learning_rate: float | None = None, beta1: float = 0.9, beta2: float = 0.999,
        epsilon: float = 1e-8, schedule_decay: float = 0.004, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.schedule_decay = schedule_decay
        self._product = (0, 1.0)  # t, M_t: kept lest each step multiply from the start

    def rate(self, num_update: int) -> tuple[float, ...]:
        """The rate, the shares of g and m in the step, and the variance's correction."""
        momentum, following = self._momentum(num_update), self._momentum(num_update + 1)
        product = self._product_to(num_update)
        return (
            self.learning_rate_at(num_update),
            (1 - momentum) / (1 - product),
            following / (1 - product * following),
            1 / (1 - self.beta2**num_update),
        )

    def _momentum(self, t: int) -> float:
        return self.beta1 * (1 - 0.5 * 0.96 ** (t * self.schedule_decay))

    def _product_to(self, num_update: int) -> float:
        t, product = self._product if self._product[0] <= num_update else (0, 1.0)
        product *= math.prod(self._momentum(n) for n in range(t + 1, num_update + 1))
        self._product = (num_update, product)
        return product

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        of_gradient: Scalar, of_mean: Scalar, of_variance: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        m, v = slots
        g = decayed(g, w, wd)
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * (g * g)
        step = (of_gradient * g + of_mean * m) / (ops.sqrt(of_variance * v) + self.epsilon)
        return w - rate * step, [m, v]
