"""How probable the right classes were held."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unideep.errors import ShapeError
from unideep.metric.base import Array, EvalMetric, registry
from unideep.metric.classification import check_classes

__all__ = ["CrossEntropy", "NegativeLogLikelihood", "Perplexity"]


@registry.register("ce")
class CrossEntropy(EvalMetric):
    """The mean of -log p, with p the probability given to the right class.

    Args:
        eps: The least p.
        ignore_label: A label that does not count, or None.
        axis: The class axis of the predictions.
        from_logits: Whether preds are scores of any size, in place of probabilities. (In Gluon's
            losses the word stands for log-probabilities.)
        name: The name that `get` tells.

    Shape:
        labels: class numbers, preds' shape without the class axis, or with 1 in its place.

    Example:
        >>> metric = gluon.metric.CrossEntropy()
        >>> metric.update(np.array([1, 0]), np.array([[0.0, 1.0], [1.0, 0.0]]))
        >>> metric.get()
        ('cross-entropy', 0.0)
    """

    def __init__(
        self, eps: float = 1e-12, ignore_label: int | None = None, axis: int = -1,
        from_logits: bool = False, name: str = "cross-entropy",
    ) -> None:  # fmt: skip
        super().__init__(name)
        self.eps, self.ignore_label, self.axis = eps, ignore_label, axis
        self.from_logits = from_logits

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """The sum of -log p, and how many labels counted."""
        scores = np.moveaxis(check_classes(self, label, pred, self.axis), self.axis, -1)
        scores = scores.reshape(-1, scores.shape[-1])
        label = label.ravel().astype("int64")
        counted = np.ones(label.shape, bool) if self.ignore_label is None else (
            label != self.ignore_label)  # fmt: skip
        scores, label = scores[counted], label[counted]
        _check_range(self, label, scores.shape[1])
        picked = np.take_along_axis(scores, label[:, None], 1)[:, 0]
        if self.from_logits:
            largest = scores.max(1)
            logs = picked - largest - np.log(np.exp(scores - largest[:, None]).sum(1))
            return -np.maximum(logs, math.log(self.eps)).sum(), label.size
        return -np.log(np.maximum(picked, self.eps)).sum() + 0.0, label.size


@registry.register("nll_loss")
class NegativeLogLikelihood(CrossEntropy):
    """The mean of -log p under the name that it has in Gluon 1.x."""

    def __init__(self, eps: float = 1e-12, name: str = "nll-loss", **options: Any) -> None:
        super().__init__(eps, name=name, **options)


@registry.register()
class Perplexity(CrossEntropy):
    """The exponential of the cross-entropy over all batches. Arguments as `CrossEntropy`."""

    def __init__(
        self, eps: float = 1e-12, ignore_label: int | None = None, axis: int = -1,
        from_logits: bool = False, name: str = "perplexity",
    ) -> None:  # fmt: skip
        super().__init__(eps, ignore_label, axis, from_logits, name)

    def get(self) -> tuple[str, float]:
        """The name and the value; nan before the first update."""
        name, mean = super().get()
        return name, math.exp(mean)


def _check_range(metric: Any, label: Array, classes: int) -> None:
    if label.size and not 0 <= label.min() <= label.max() < classes:
        raise ShapeError(
            f"{type(metric).__name__}: a label is not among the {classes} classes of preds.",
            got=f"labels from {label.min()} to {label.max()}",
            fix="number the classes from 0; ignore_label= leaves out labels of padding.",
        )
