"""Lion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["Lion"]


@register
class Lion(Optimizer):
    """Descent by the sign of a momentum: one state, steps of one size.

    w ← w - η (sign(β₁ m + (1 - β₁) g) + λ w); m ← β₂ m + (1 - β₂) g.

    The paper takes η 3 to 10 times smaller and λ 3 to 10 times larger than for AdamW.

    Args:
        learning_rate: η, default 0.0001.
        beta1, beta2: β₁ of the step, β₂ of the momentum.
        options: As `Optimizer`; `wd` is λ.

    Source:
        Chen et al., 2023, "Symbolic discovery of optimization algorithms", arXiv:2302.06675,
        algorithm 2.
    """

    slots = ("momentum",)
    default_learning_rate = 0.0001

    def __init__(
        self, learning_rate: float | None = None, beta1: float = 0.9, beta2: float = 0.99,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.beta1, self.beta2 = beta1, beta2

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        (m,) = slots
        step = ops.sign(self.beta1 * m + (1 - self.beta1) * g)
        return w - rate * decayed(step, w, wd), [self.beta2 * m + (1 - self.beta2) * g]
