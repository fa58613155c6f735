"""How often the right class is found."""

from __future__ import annotations

from typing import Any

import numpy as np

from unideep.errors import ArgumentError, ShapeError
from unideep.metric.base import Array, EvalMetric, registry

__all__ = ["Accuracy", "TopKAccuracy"]


@registry.register("acc")
class Accuracy(EvalMetric):
    """The share of predictions whose largest score stands at the label.

    Args:
        axis: The class axis of the predictions.
        name: The name that `get` tells.

    Shape:
        labels: class numbers, preds' shape without the class axis, or with 1 in its place.
        preds: scores with a class axis; or class numbers, of the labels' shape.

    Example:
        >>> metric = gluon.metric.Accuracy()
        >>> metric.update(np.array([0, 1]), np.array([[0.9, 0.1], [0.8, 0.2]]))
        >>> metric.get()
        ('accuracy', 0.5)
    """

    def __init__(self, axis: int = 1, name: str = "accuracy") -> None:
        super().__init__(name)
        self.axis = axis

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """Right predictions, and how many there are."""
        if pred.shape != label.shape:
            pred = check_classes(self, label, pred, self.axis).argmax(self.axis)
        elif has_fractions(pred) or has_fractions(label):
            raise ShapeError(
                f"{type(self).__name__}: labels and preds of one shape are class numbers, "
                "and these hold fractions.",
                got=f"labels {label.shape}, preds {pred.shape}",
                fix="class numbers as labels and scores with a class axis as preds: "
                "labels.argmax(1) for one-hot labels, preds > 0.5 for probabilities.",
            )
        return (pred.ravel() == label.ravel()).sum(), label.size


@registry.register("top_k_accuracy", "top_k_acc")
class TopKAccuracy(EvalMetric):
    """The share of predictions in which the label is among the `top_k` largest scores.

    Args:
        top_k: How many scores count; all of them if there are fewer classes.
        name: The name that `get` tells, with `_<top_k>` after it.

    Shape:
        labels (N,) class numbers, preds (N, classes).
    """

    def __init__(self, top_k: int = 1, name: str = "top_k_accuracy") -> None:
        if top_k < 1:
            raise ArgumentError(f"top_k is {top_k}.", fix="a whole number from 1.")
        super().__init__(f"{name}_{top_k}")
        self.top_k = top_k

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """Predictions with the label among the best, and how many there are."""
        if pred.ndim != 2:
            raise ShapeError(
                "TopKAccuracy: preds are scores of shape (N, classes).",
                got=f"labels {label.shape}, preds {pred.shape}",
                fix="update(labels, preds): labels come first; reshape the preds.",
            )
        check_classes(self, label, pred, 1)
        k = min(self.top_k, pred.shape[1])
        best = np.argpartition(-pred.astype("float64"), k - 1, axis=1)[:, :k]
        return (best == label.reshape(-1, 1)).sum(), len(pred)


def check_classes(metric: Any, label: Array, pred: Array, axis: int) -> Array:
    """`pred`, if it has one more axis than `label`, with at least two classes in it."""
    name, got = type(metric).__name__, f"labels {label.shape}, preds {pred.shape}, axis={axis}"
    if label.ndim > pred.ndim and not has_fractions(pred):
        raise ShapeError(
            f"{name}: labels and preds look swapped.",
            got=got,
            fix="labels come first: update(labels, preds).",
        )
    axis += pred.ndim if axis < 0 else 0
    rest = pred.shape[:axis] + pred.shape[axis + 1 :]
    kept = (*pred.shape[:axis], 1, *pred.shape[axis + 1 :])
    if not 0 <= axis < pred.ndim or label.shape not in (rest, kept):
        raise ShapeError(
            f"{name}: labels have not the shape of preds without the class axis.",
            got=got,
            fix="update(labels, preds): labels come first, one class number for each prediction; "
            "axis= says where the classes stand.",
        )
    if pred.shape[axis] == 1:
        raise ShapeError(
            f"{name}: there is one score for each prediction, so the largest says nothing.",
            got=got,
            fix="turn it into class numbers: preds > 0 for logits, preds > 0.5 for probabilities, "
            "in the shape of the labels.",
        )
    return pred


def has_fractions(array: Array) -> bool:
    """Whether these cannot be class numbers."""
    return array.dtype.kind == "f" and bool((array != np.round(array)).any())
