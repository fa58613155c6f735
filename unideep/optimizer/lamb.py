"""LAMB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["LAMB"]


@register
class LAMB(Optimizer):
    """Adam with a step in proportion to each weight's norm, for large batches.

    m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²;
    r = m̂ / (√v̂ + ε) + λ w; w ← w - η φ(‖w‖) / ‖r‖ · r, and w - η r where one of the norms is 0.

    Args:
        learning_rate: η, default 0.001.
        beta1, beta2, epsilon: β₁, β₂, ε.
        lower_bound, upper_bound: φ keeps ‖w‖ between them; None: no limit.
        bias_correction: Whether m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ); else m̂ = m, v̂ = v.
        options: As `Optimizer`; `wd` is λ.

    Source:
        You et al., 2019, "Large batch optimization for deep learning: training BERT in 76
        minutes", arXiv:1904.00962, algorithm 2.
    """

    slots = ("mean", "variance")
    default_learning_rate = 0.001

    def __init__(
        self, learning_rate: float | None = None, beta1: float = 0.9, beta2: float = 0.999,
        epsilon: float = 1e-6, lower_bound: float | None = None, upper_bound: float | None = None,
        bias_correction: bool = True, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.lower_bound, self.upper_bound = lower_bound, upper_bound
        self.bias_correction = bias_correction

    def rate(self, num_update: int) -> tuple[float, ...]:
        """The rate and the corrections of mean and variance."""
        rate = self.learning_rate_at(num_update)
        if not self.bias_correction:
            return rate, 1.0, 1.0
        return rate, 1 / (1 - self.beta1**num_update), 1 / (1 - self.beta2**num_update)

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        of_mean: Scalar, of_variance: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        m, v = slots
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * (g * g)
        r = decayed(of_mean * m / (ops.sqrt(of_variance * v) + self.epsilon), w, wd)
        return w - rate * self._trust(w, r) * r, [m, v]

    def _trust(self, w: Tensor, r: Tensor) -> Tensor:
        size, step = ops.sqrt(ops.sum(w * w)), ops.sqrt(ops.sum(r * r))
        if self.lower_bound is not None or self.upper_bound is not None:
            size = ops.clip(size, self.lower_bound, self.upper_bound)
        none = ops.logical_or(size == 0, step == 0)
        return ops.where(none, 1.0, size / ops.where(none, 1.0, step))
