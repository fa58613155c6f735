"""AdaDelta."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["AdaDelta"]


@register
class AdaDelta(Optimizer):
    """Steps in the unit of the weights: d = √(u + ε) / √(n + ε) · g; w ← w - η d.

    n ← ρ n + (1 - ρ) g² before the step, u ← ρ u + (1 - ρ) d² after it; g includes λ w.

    Args:
        learning_rate: η, default 1.
        rho, epsilon: ρ, ε.
        options: As `Optimizer`.

    Source:
        Zeiler, 2012, arXiv:1212.5701, algorithm 1.
    """

    slots = ("square", "step")
    default_learning_rate = 1.0

    def __init__(
        self, learning_rate: float | None = None, rho: float = 0.9, epsilon: float = 1e-6,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.rho, self.epsilon = rho, epsilon

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        n, u = slots
        g = decayed(g, w, wd)
        n = self.rho * n + (1 - self.rho) * (g * g)
        d = ops.sqrt(u + self.epsilon) / ops.sqrt(n + self.epsilon) * g
        return w - rate * d, [n, self.rho * u + (1 - self.rho) * (d * d)]
