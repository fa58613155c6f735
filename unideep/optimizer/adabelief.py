"""AdaBelief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["AdaBelief"]


@register
class AdaBelief(Optimizer):
    """Adam with long steps where gradients are as expected: it divides by their variance.

    m ← β₁ m + (1 - β₁) g; s ← β₂ s + (1 - β₂) (g - m)² + ε;
    w ← w - η m̂ / (√ŝ + ε), with g including λ w.

    Args:
        learning_rate: η, default 0.001.
        beta1, beta2, epsilon: β₁, β₂, ε.
        correct_bias: Whether m̂ = m / (1 - β₁ᵗ), ŝ = s / (1 - β₂ᵗ); else m̂ = m, ŝ = s.
        options: As `Optimizer`; `wd` is λ.

    Source:
        Zhuang et al., 2020, "AdaBelief optimizer: adapting stepsizes by the belief in observed
        gradients", arXiv:2010.07468, algorithm 2.
    """

    slots = ("mean", "variance")
    default_learning_rate = 0.001

    def __init__(
        self, learning_rate: float | None = None, beta1: float = 0.9, beta2: float = 0.999,
        epsilon: float = 1e-6, correct_bias: bool = True, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.correct_bias = correct_bias

    def rate(self, num_update: int) -> tuple[float, ...]:
        """The rate and the corrections of mean and variance."""
        rate = self.learning_rate_at(num_update)
        if not self.correct_bias:
            return rate, 1.0, 1.0
        return rate, 1 / (1 - self.beta1**num_update), 1 / (1 - self.beta2**num_update)

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        of_mean: Scalar, of_variance: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        m, s = slots
        g = decayed(g, w, wd)
        m = self.beta1 * m + (1 - self.beta1) * g
        s = self.beta2 * s + (1 - self.beta2) * (g - m) ** 2 + self.epsilon
        return w - rate * of_mean * m / (ops.sqrt(of_variance * s) + self.epsilon), [m, s]
