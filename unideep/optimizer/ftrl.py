"""Follow the regularized leader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["Ftrl"]


@register
class Ftrl(Optimizer):
    """Gradient descent that sets weights of little use to zero.

    z ← z + g - (√(n + g²) - √n) / η · w; n ← n + g²;
    w ← (sign(z) λ₁ - z) / ((β + √n) / η + λ) where |z| > λ₁, else 0.

    Args:
        learning_rate: η, default 0.1.
        lamda1: λ₁, the weight of the absolute values.
        beta: β.
        options: As `Optimizer`; `wd` is λ, the weight of the squares.

    Source:
        McMahan et al., 2013, "Ad click prediction: a view from the trenches", algorithm 1.
    """

    slots = ("z", "square")
    default_learning_rate = 0.1

    def __init__(
        self, learning_rate: float | None = None, lamda1: float = 0.01, beta: float = 1.0,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.lamda1, self.beta = lamda1, beta

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        z, n = slots
        grown = n + g * g
        root = ops.sqrt(grown)
        z = z + g - (root - ops.sqrt(n)) / rate * w
        over = ops.maximum(ops.abs(z) - self.lamda1, 0.0)
        return -ops.sign(z) * over / ((self.beta + root) / rate + wd), [z, grown]
