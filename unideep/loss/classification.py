"""Losses between classes."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.dispatch import as_tensor
from unideep.errors import ArgumentError, ShapeError, check_one_of
from unideep.loss.base import Loss
from unideep.tensor import Tensor

__all__ = [
    "HingeLoss", "LogisticLoss", "SigmoidBCELoss", "SigmoidBinaryCrossEntropyLoss",
    "SoftmaxCELoss", "SoftmaxCrossEntropyLoss", "SquaredHingeLoss",
]  # fmt: skip


class SoftmaxCrossEntropyLoss(Loss):
    """-log softmax(pred)[label].

    Args:
        axis: The axis of the classes.
        sparse_label: Labels are class numbers; False: probabilities in the shape of pred.
        from_logits: pred holds log-probabilities already (Gluon's name for it).
        label_smoothing: ε between 0 and 1: the target is (1 - ε) label + ε / K.

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
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, batch_axis)
        if not 0.0 <= label_smoothing <= 1.0:
            raise ArgumentError(f"label_smoothing is {label_smoothing}.", fix="between 0 and 1.")
        self._axis, self._sparse, self._from_logits = axis, sparse_label, from_logits
        self._smoothing = label_smoothing

    def forward(self, pred: Tensor, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        label = as_tensor(label, backend=pred._backend)
        if not self._sparse:
            label = self._like(label, pred)
        else:
            self._check(pred, label)
            if not self._from_logits and not self._smoothing:
                loss = ops.softmax_cross_entropy(pred, label, self._axis)
                return self._reduce(loss, sample_weight)
        log_p = pred if self._from_logits else ops.log_softmax(pred, self._axis)
        return self._reduce(self._of_log_probabilities(log_p, label), sample_weight)

    def _of_log_probabilities(self, log_p: Tensor, label: Tensor) -> Tensor:
        if self._sparse:
            loss = -ops.pick(log_p, label, self._axis)
        else:
            loss = -ops.sum(log_p * label, axis=self._axis, keepdims=True)
        if not self._smoothing:
            return loss
        uniform = -ops.mean(log_p, axis=self._axis, keepdims=not self._sparse)
        return (1.0 - self._smoothing) * loss + self._smoothing * uniform

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


class HingeLoss(Loss):
    """max(0, margin - pred · label), for labels -1 and 1.

    Shape:
        pred and label (N, ...) -> (N,).
    """

    def __init__(
        self, margin: float = 1.0, weight: float | None = None, batch_axis: int = 0
    ) -> None:
        super().__init__(weight, batch_axis)
        self._margin = margin

    def forward(self, pred: Tensor, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        return self._reduce(self._slack(pred, label), sample_weight)

    def _slack(self, pred: Tensor, label: Any) -> Tensor:
        return ops.relu(self._margin - pred * self._like(label, pred))


class SquaredHingeLoss(HingeLoss):
    """max(0, margin - pred · label)², for labels -1 and 1.

    Shape:
        pred and label (N, ...) -> (N,).
    """

    def forward(self, pred: Tensor, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        return self._reduce(ops.square(self._slack(pred, label)), sample_weight)


class LogisticLoss(Loss):
    """log(1 + exp(-pred · label)).

    Args:
        label_format: "signed" for labels -1 and 1, "binary" for 0 and 1.

    Shape:
        pred and label (N, ...) -> (N,).
    """

    def __init__(
        self, weight: float | None = None, batch_axis: int = 0, label_format: str = "signed"
    ) -> None:
        super().__init__(weight, batch_axis)
        check_one_of("label_format", label_format, ("signed", "binary"))
        self._is_signed = label_format == "signed"

    def forward(self, pred: Tensor, label: Any, sample_weight: Any = None) -> Tensor:
        """The loss of each item."""
        label = self._like(label, pred).astype(pred.dtype, copy=False)
        target = (label + 1.0) * 0.5 if self._is_signed else label
        return self._reduce(ops.sigmoid_cross_entropy(pred, target), sample_weight)
