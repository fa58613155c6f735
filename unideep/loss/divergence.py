"""Losses between distributions."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.loss.base import Loss
from unideep.tensor import Tensor

__all__ = ["KLDivLoss"]


class KLDivLoss(Loss):
    """label · (log label - log p), averaged over the classes as well, as Gluon does.

    Args:
        from_logits: pred holds log-probabilities already (Gluon's name for it); False: logits.
        axis: The axis of the classes, for logits.

    Shape:
        pred and label (N, ...) -> (N,).
    """

    def __init__(
        self,
        from_logits: bool = True,
        axis: int = -1,
        weight: float | None = None,
        batch_axis: int = 0,
    ) -> None:
        super().__init__(weight, batch_axis)
        self._from_logits, self._axis = from_logits, axis

    def forward(self, pred: Tensor, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        label = self._like(label, pred).astype(pred.dtype, copy=False)
        log_p = pred if self._from_logits else ops.log_softmax(pred, self._axis)
        # at a label of 0 the term is 0, and its slope finite
        return self._reduce(label * (ops.log(label + 1e-12) - log_p), sample_weight)
