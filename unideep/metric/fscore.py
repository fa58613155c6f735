"""Precision and recall as one number; accuracy by a threshold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unideep.errors import ShapeError, check_one_of
from unideep.metric.base import Array, EvalMetric, registry
from unideep.metric.classification import check_classes

__all__ = ["F1", "BinaryAccuracy", "Fbeta"]


@registry.register()
class BinaryAccuracy(EvalMetric):
    """The share of probabilities on the right side of a threshold.

    Args:
        name: The name that `get` tells.
        threshold: Above it stands class 1.

    Shape:
        labels 0 or 1, preds alike; (N,) and (N, 1) count as alike.
    """

    def __init__(self, name: str = "binary_accuracy", threshold: float = 0.5) -> None:
        super().__init__(name)
        self.threshold = threshold

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """Right predictions, and how many there are."""
        label, pred = _alike(self, label, pred)
        return ((pred > self.threshold) == (label > 0.5)).sum(), label.size


@registry.register()
class Fbeta(EvalMetric):
    """(1 + β²) T / ((1 + β²) T + β² M + F) over all batches; 0 where nothing is to be found.

    T counts what was rightly found, F what was found wrongly, M what was missed.

    Args:
        name: The name that `get` tells.
        class_type: "binary", "multiclass" or "multilabel".
        beta: β, how much more a recall counts than precision.
        threshold: The probability above which a class is found; not for "multiclass".
        average: Over classes: "micro" adds their counts, "macro" takes the mean of their values,
            None leaves an array.

    Shape:
        "binary": labels (N,), preds (N,) probabilities of class 1, or (N, 2) of both.
        "multiclass": labels (N,), preds (N, classes). "multilabel": labels and preds
        (N, classes).
    """

    counts: Array

    def __init__(
        self, name: str = "fbeta", class_type: str = "binary", beta: float = 1.0,
        threshold: float = 0.5, average: str | None = "micro",
    ) -> None:  # fmt: skip
        check_one_of("class_type", class_type, ("binary", "multiclass", "multilabel"))
        check_one_of("average", average, ("micro", "macro", None))
        super().__init__(name)
        self.class_type, self.beta = class_type, beta
        self.threshold, self.average = threshold, average

    def reset(self) -> None:
        """Forget all batches."""
        super().reset()
        self.counts = np.zeros((3, 1), "int64")

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """Counts the batch, for each class; the value is made of the counts."""
        label, pred = self._found(label, pred)
        counts = np.stack([(label & pred).sum(0), (~label & pred).sum(0), (label & ~pred).sum(0)])
        if self.num_inst and counts.shape != self.counts.shape:
            raise ShapeError(
                f"{type(self).__name__}: the number of classes has changed.",
                got=f"{counts.shape[1]}, before {self.counts.shape[1]}",
                fix="call reset() between sets.",
            )
        self.counts = self.counts + counts
        return 0.0, len(label)

    def _found(self, label: Array, pred: Array) -> tuple[Array, Array]:
        """Labels and predictions as (N, classes) booleans."""
        if self.class_type == "multiclass":
            classes = np.arange(check_classes(self, label, pred, 1).shape[1])
            best = pred.argmax(1)
            return label.reshape(-1, 1) == classes, best.reshape(-1, 1) == classes
        if self.class_type == "binary" and pred.shape == (label.size, 2):
            pred = pred[:, 1]
        label, pred = _alike(self, label, pred)
        if label.size and not 0 <= label.min() <= label.max() <= 1:
            raise ShapeError(
                f"{type(self).__name__}: the labels of {self.class_type!r} are 0 and 1.",
                got=f"labels from {label.min()} to {label.max()}",
                fix='class_type="multiclass" takes class numbers.',
            )
        columns = pred.shape[-1] if self.class_type == "multilabel" else 1
        label, pred = label.reshape(-1, columns), pred.reshape(-1, columns)
        return label > 0.5, pred > self.threshold

    def get(self) -> tuple[str, Any]:
        """The name and the value; nan before the first update."""
        if not self.num_inst:
            return self.name, math.nan
        counts = self.counts.sum(1, keepdims=True) if self.average == "micro" else self.counts
        right, wrong, missed = counts
        square = self.beta**2
        whole = (1 + square) * right + square * missed + wrong
        values = np.where(whole > 0, (1 + square) * right / np.maximum(whole, 1e-300), 0.0)
        return self.name, values if self.average is None else float(values.mean())


@registry.register()
class F1(Fbeta):
    """The harmonic mean of precision and recall: `Fbeta` with β = 1.

    Example:
        >>> metric = gluon.metric.F1()
        >>> metric.update(np.array([0, 1, 1]), np.array([0.9, 0.8, 0.1]))
        >>> metric.get()
        ('f1', 0.5)
    """

    def __init__(
        self, name: str = "f1", class_type: str = "binary", threshold: float = 0.5,
        average: str | None = "micro",
    ) -> None:  # fmt: skip
        super().__init__(name, class_type, 1.0, threshold, average)


def _alike(metric: Any, label: Array, pred: Array) -> tuple[Array, Array]:
    """Labels and preds of one shape, up to a last axis of 1."""
    shapes = {a.shape[:-1] if a.shape[-1:] == (1,) else a.shape for a in (label, pred)}
    if len(shapes) > 1:
        raise ShapeError(
            f"{type(metric).__name__}: labels and preds differ in shape.",
            got=f"labels {label.shape}, preds {pred.shape}",
            fix="update(labels, preds): one probability for each label.",
        )
    return label.reshape(pred.shape), pred
