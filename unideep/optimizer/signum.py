"""Descent by the sign of the momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Scalar
from unideep.ops.update import decayed
from unideep.optimizer.base import Optimizer, register
from unideep.tensor import Tensor

__all__ = ["Signum"]


@register
class Signum(Optimizer):
    """m ← μ m + (1 - μ) (g + λ w); w ← (1 - η λ_h) w - η sign(m). Without momentum: m = g + λ w.

    Args:
        learning_rate: η, default 0.01.
        momentum: μ.
        wd_lh: λ_h, the decay that does not pass through the momentum.
        options: As `Optimizer`.

    Source:
        Bernstein et al., 2018, arXiv:1802.04434, algorithm 2.
    """

    def __init__(
        self, learning_rate: float | None = None, momentum: float = 0.9, wd_lh: float = 0.0,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(learning_rate, **options)
        self.momentum, self.wd_lh = momentum, wd_lh
        self.slots = ("momentum",) if momentum else ()

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """One step of one parameter."""
        m = decayed(g, w, wd)
        if self.momentum:
            m = self.momentum * slots[0] + (1 - self.momentum) * m
        return w - rate * decayed(ops.sign(m), w, self.wd_lh), [m] if slots else []
