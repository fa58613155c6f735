"""Nesterov's accelerated gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["NAG"]


@register
class NAG(Optimizer):
    """m ← μ m - η (g + λ w); w ← w + μ m - η (g + λ w): the gradient where momentum leads to.

    Args:
        learning_rate: η, default 0.1.
        momentum: μ.
        options: As `Optimizer`.

    Source:
        Sutskever et al., 2013, "On the importance of initialization and momentum in deep
        learning"; in the form of Bengio et al., 2012, arXiv:1212.0901, equation 7.
    """

    slots = ("momentum",)
    default_learning_rate = 0.1

    def __init__(
        self, learning_rate: float | None = None, momentum: float = 0.9, **options: Any
    ) -> None:
        super().__init__(learning_rate, **options)
        self.momentum = momentum

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        move = rate * decayed(g, w, wd)
        m = self.momentum * slots[0] - move
        return w + self.momentum * m - move, [m]
