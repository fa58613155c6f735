"""Losses between classes."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.dispatch import as_tensor
from unideep.errors import ShapeError
from unideep.loss.base import Loss
from unideep.tensor import Tensor

__all__ = [
    "SigmoidBCELoss", "SigmoidBinaryCrossEntropyLoss", "SoftmaxCELoss", "SoftmaxCrossEntropyLoss",
]  # fmt: skip


class SoftmaxCrossEntropyLoss(Loss):
    """-log softmax(pred)[label].

    Args:
        axis: The axis of the classes.
        sparse_label: Labels are class numbers; False: probabilities in the shape of pred.
        from_logits: pred holds log-probabilities already (Gluon's name for it).

    Shape:
        pred (N, K), label (N,) or, not sparse, (N, K) -> (N,). Further axes are averaged.

    Raises:
        ShapeError: a sparse label of another shape than pred without its class axis.
    """

    def __init__(
        self,
        axis: int = -1,
        sparse_label: bool = True,
        from_logits: bool = False,
        weight: float | None = None,
        batch_axis: int = 0,
    ) -> None:
        super().__init__(weight, batch_axis)
        self._axis, self._sparse, self._from_logits = axis, sparse_label, from_logits

    def forward(self, pred: Tensor, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        label = as_tensor(label, backend=pred._backend)
        if not self._sparse:
            log_p = pred if self._from_logits else ops.log_softmax(pred, self._axis)
            loss = -ops.sum(log_p * self._like(label, pred), axis=self._axis, keepdims=True)
            return self._reduce(loss, sample_weight)
        self._check(pred, label)
        if self._from_logits:
            loss = -ops.pick(pred, label, self._axis)
        else:
            loss = ops.softmax_cross_entropy(pred, label, self._axis)
        return self._reduce(loss, sample_weight)

    def _check(self, pred: Tensor, label: Tensor) -> None:
        shape = list(pred.shape)
        del shape[self._axis]
        if list(label.shape) != shape:
            raise ShapeError(
                "the label has not the shape of pred without its class axis.",
                got=f"pred {pred.shape}, label {label.shape}, axis={self._axis}",
                fix=f"labels of shape {tuple(shape)}: for instance label.reshape({shape}), or "
                "sparse_label=False for probabilities.",
            )


SoftmaxCELoss = SoftmaxCrossEntropyLoss


class SigmoidBinaryCrossEntropyLoss(Loss):
    """-(label · log σ(pred) + (1 - label) · log(1 - σ(pred))).

    Args:
        from_sigmoid: pred holds probabilities already.

    Shape:
        pred and label (N, ...) -> (N,).
    """

    def __init__(
        self, from_sigmoid: bool = False, weight: float | None = None, batch_axis: int = 0
    ) -> None:
        super().__init__(weight, batch_axis)
        self._from_sigmoid = from_sigmoid

    def forward(
        self, pred: Tensor, label: Any, sample_weight: Any = None, pos_weight: Any = None
    ) -> Tensor:
        """The loss of each item; `pos_weight` weighs the positive class."""
        label = self._like(label, pred).astype(pred.dtype, copy=False)
        if self._from_sigmoid:
            eps = 1e-12
            positive, negative = ops.log(pred + eps), ops.log(1.0 - pred + eps)
        elif pos_weight is None:
            return self._reduce(ops.sigmoid_cross_entropy(pred, label), sample_weight)
        else:
            positive, negative = ops.log_sigmoid(pred), ops.log_sigmoid(-pred)
        weight = 1.0 if pos_weight is None else pos_weight
        return self._reduce(-(weight * label * positive + (1.0 - label) * negative), sample_weight)


SigmoidBCELoss = SigmoidBinaryCrossEntropyLoss
