"""AdaGrad."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["AdaGrad"]


@register
class AdaGrad(Optimizer):
    """n ← n + g²; w ← w - η g / (√n + ε), with g including λ w.

    Args:
        learning_rate: η, default 0.01.
        epsilon: ε.
        options: As `Optimizer`.

    Source:
        Duchi, Hazan and Singer, 2011, "Adaptive subgradient methods for online learning and
        stochastic optimization", JMLR 12.
    """

    slots = ("square",)

    def __init__(
        self, learning_rate: float | None = None, epsilon: float = 1e-6, **options: Any
    ) -> None:
        super().__init__(learning_rate, **options)
        self.epsilon = epsilon

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        g = decayed(g, w, wd)
        n = slots[0] + g * g
        return w - rate * g / (ops.sqrt(n) + self.epsilon), [n]
