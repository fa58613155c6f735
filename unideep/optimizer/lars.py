"""LARS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["LARS"]


@register
class LARS(Optimizer):
    """SGD with a rate for each layer in proportion to its weight's norm, for large batches.

    η' = η · κ ‖w‖ / (‖g‖ + λ ‖w‖ + ε); m ← μ m - η' (g + λ w); w ← w + m.

    η' = η for parameters of a single axis (biases, γ and β), and where a norm is 0.

    Args:
        learning_rate: η, default 0.1.
        momentum: μ, default 0.
        eta: κ, the trust coefficient.
        epsilon: ε.
        options: As `Optimizer`; `wd` is λ.

    Source:
        You, Gitman and Ginsburg, 2017, "Large batch training of convolutional networks",
        arXiv:1708.03888, algorithm 1.
    """

    default_learning_rate = 0.1

    def __init__(
        self, learning_rate: float | None = None, momentum: float = 0.0, eta: float = 0.001,
        epsilon: float = 1e-8, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.momentum, self.eta, self.epsilon = momentum, eta, epsilon
        self.slots = ("momentum",) if momentum else ()

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        step = -rate * self._trust(w, g, wd) * decayed(g, w, wd)
        if slots:
            step = self.momentum * slots[0] + step
        return w + step, [step] if slots else []

    def _trust(self, w: Tensor, g: Tensor, wd: float) -> Scalar:
        if w.ndim < 2:
            return 1.0
        size, slope = ops.sqrt(ops.sum(w * w)), ops.sqrt(ops.sum(g * g))
        none = ops.logical_or(size == 0, slope == 0)
        return ops.where(none, 1.0, self.eta * size / (slope + wd * size + self.epsilon))
