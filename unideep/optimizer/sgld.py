"""Stochastic gradient Langevin dynamics."""

from __future__ import annotations

from collections.abc import Sequence

from unideep.backend import get_backend
from unideep.dtype import float32, float64
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.random.plan import Plan
from unideep.tensor import Tensor

__all__ = ["SGLD"]


@register
class SGLD(Optimizer):
    """Draws from the posterior of the weights: half a step of descent, and noise of variance η.

    w ← w - η / 2 · (g + λ w) + √η · n, n standard normal.

    g is to be the gradient of the loss of the whole data set: the batch's, times their ratio.

    Args:
        learning_rate: η, default 0.1.
        options: As `Optimizer`; `wd` is λ.

    Source:
        Welling and Teh, 2011, "Bayesian learning via stochastic gradient Langevin dynamics",
        ICML, equation 4.
    """

    default_learning_rate = 0.1

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        work = float64 if w.dtype is float64 else float32
        draw = Plan(w.shape, w.dtype, work, get_backend(w.backend), w.device)
        noise = draw.finish(draw.normal())
        return w - 0.5 * rate * decayed(g, w, wd) + rate**0.5 * noise, []
