"""RMSProp, plain and centered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["RMSProp"]


@register
class RMSProp(Optimizer):
    """n ← ρ n + (1 - ρ) g²; w ← w - η g / (√n + ε), with g including λ w.

    Centered: a ← ρ a + (1 - ρ) g; m ← μ m - η g / √(n - a² + ε); w ← w + m.

    Args:
        learning_rate: η, default 0.001.
        rho: ρ.
        momentum: μ, of the centered form alone, as in Gluon.
        epsilon: ε.
        centered: Whether to divide by the deviation in place of the root mean square.
        clip_weights: Limit of each weight's absolute value, or None.
        gamma1: The name of `rho` in Gluon 1.x.
        options: As `Optimizer`.

    Source:
        Tieleman and Hinton, 2012, Coursera lecture 6.5; centered: Graves, 2013, arXiv:1308.0850,
        equations 38 to 45.
    """

    default_learning_rate = 0.001

    def __init__(
        self, learning_rate: float | None = None, rho: float = 0.9, momentum: float = 0.9,
        epsilon: float = 1e-8, centered: bool = False, clip_weights: float | None = None,
        gamma1: float | None = None, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.rho = rho if gamma1 is None else gamma1
        self.momentum, self.epsilon = momentum, epsilon
        self.centered, self.clip_weights = centered, clip_weights
        self.slots = ("square", "mean", "momentum") if centered else ("square",)

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        g = decayed(g, w, wd)
        n = self.rho * slots[0] + (1 - self.rho) * (g * g)
        if self.centered:
            a = self.rho * slots[1] + (1 - self.rho) * g
            m = self.momentum * slots[2] - rate * g / ops.sqrt(n - a * a + self.epsilon)
            w, new = w + m, [n, a, m]
        else:
            w, new = w - rate * g / (ops.sqrt(n) + self.epsilon), [n]
        limit = self.clip_weights
        return w if limit is None else ops.clip(w, -limit, limit), new
