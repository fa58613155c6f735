"""What all losses share."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.block import HybridBlock
from unideep.dispatch import as_tensor
from unideep.errors import ShapeError
from unideep.tensor import Tensor

__all__ = ["Loss"]


class Loss(HybridBlock):
    """Base of losses.

    Args:
        weight: A factor on the loss, or None.
        batch_axis: The axis that stays.
    """

    def __init__(self, weight: float | None = None, batch_axis: int = 0) -> None:
        super().__init__()
        self._weight, self._batch_axis = weight, batch_axis

    def _reduce(self, loss: Tensor, sample_weight: Any) -> Tensor:
        """Weighted, and averaged over all axes but the batch's."""
        loss = self._weighted(loss, sample_weight)
        others = self._others(loss)
        return ops.mean(loss, axis=others) if others else loss

    def _weighted(self, loss: Tensor, sample_weight: Any) -> Tensor:
        if sample_weight is not None:
            shape = loss.shape
            loss = loss * as_tensor(sample_weight, backend=loss._backend)
            if loss.shape != shape:
                raise ShapeError(
                    "sample_weight does not broadcast to the loss of each element.",
                    got=f"loss {shape}, weighted {loss.shape}",
                    fix="one weight for each element; for each item (N, 1, ...), not (N,).",
                )
        if self._weight is not None and self._weight != 1.0:
            loss = loss * self._weight
        return loss

    def _others(self, x: Tensor) -> tuple[int, ...]:
        """All axes but the batch's."""
        return tuple(i for i in range(x.ndim) if i != self._batch_axis)

    def _like(self, label: Any, pred: Tensor) -> Tensor:
        """The label in the shape of the prediction.

        Raises:
            ShapeError: it has another number of elements: broadcasting would hide the mistake.
        """
        label = as_tensor(label, backend=pred._backend)
        if label.shape == pred.shape:
            return label
        if label.size != pred.size or label.shape[:1] != pred.shape[:1]:
            raise ShapeError(
                "pred and label have different shapes.",
                got=f"pred {pred.shape}, label {label.shape}",
                fix="one label for each prediction; reshape the label to pred.shape.",
            )
        return ops.reshape(label, pred.shape)

    def _facts(self) -> str:
        return f"batch_axis={self._batch_axis}, weight={self._weight}"
