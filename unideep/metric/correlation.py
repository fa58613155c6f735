"""How labels and predictions vary together."""

from __future__ import annotations

import math

import numpy as np

from unideep.errors import ArgumentError, ShapeError
from unideep.metric.base import Array, EvalMetric, registry
from unideep.metric.classification import check_classes, has_fractions

__all__ = ["MCC", "PCC", "PearsonCorrelation"]


@registry.register("pearsonr")
class PearsonCorrelation(EvalMetric):
    """Pearson's correlation over all numbers of all batches; nan where one side is constant.

    Shape:
        labels and preds alike.

    Example:
        >>> metric = gluon.metric.PearsonCorrelation()
        >>> metric.update(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0]))
        >>> round(metric.get()[1], 6)
        -1.0

    Source:
        Batches are merged by Chan, Golub and LeVeque, 1979, "Updating formulae and a pairwise
        algorithm for computing sample variances", equation 2.1.
    """

    def __init__(self, name: str = "pearsonr") -> None:
        super().__init__(name)

    def reset(self) -> None:
        """Forget all batches."""
        super().reset()
        self._mean, self._scatter = np.zeros(2), np.zeros((2, 2))

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """Merges means and products of deviations."""
        if label.size != pred.size:
            raise ShapeError(
                "PearsonCorrelation: labels and preds differ in size.",
                got=f"labels {label.shape}, preds {pred.shape}",
                fix="one prediction for each label.",
            )
        pairs = np.stack([label.ravel(), pred.ravel()]).astype("float64")
        n, known = label.size, self.num_inst
        if n:
            mean = pairs.mean(1)
            off, away = pairs - mean[:, None], mean - self._mean
            self._scatter += off @ off.T + np.outer(away, away) * (known * n / (known + n))
            self._mean += away * (n / (known + n))
        return 0.0, n

    def get(self) -> tuple[str, float]:
        """The name and the value; nan before the first update."""
        norm = math.sqrt(self._scatter[0, 0] * self._scatter[1, 1])
        return self.name, float(self._scatter[0, 1] / norm) if norm else math.nan


@registry.register()
class MCC(EvalMetric):
    """Matthews' correlation of labels and predicted classes, of two or more classes.

    1 where all are right, 0 for guesses, also where one class alone is met or predicted.

    Args:
        name: The name that `get` tells.
        threshold: Above it stands class 1, in preds of the labels' shape.

    Shape:
        labels: class numbers. preds: (N, classes) scores, or of the labels' shape: class numbers
        or probabilities of class 1.

    Example:
        >>> metric = gluon.metric.MCC()
        >>> metric.update(np.array([0, 1, 1, 0]), np.array([0.2, 0.9, 0.8, 0.1]))
        >>> metric.get()
        ('mcc', 1.0)

    Source:
        Gorodkin, 2004, "Comparing two K-category assignments by a K-category correlation
        coefficient".
    """

    def __init__(self, name: str = "mcc", threshold: float = 0.5) -> None:
        super().__init__(name)
        self.threshold = threshold

    def reset(self) -> None:
        """Forget all batches."""
        super().reset()
        self._confusion = np.zeros((2, 2), "int64")  # [label, predicted class]

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """Counts the pairs of classes."""
        if pred.shape != label.shape:
            pred = check_classes(self, label, pred, 1).argmax(1)
        elif has_fractions(pred):
            pred = pred > self.threshold
        label, pred = label.ravel().astype("int64"), pred.ravel().astype("int64")
        if label.size and min(label.min(), pred.min()) < 0:
            raise ArgumentError(
                f"{type(self).__name__}: class numbers are negative.", fix="number them from 0."
            )
        lack = max(label.max(initial=0), pred.max(initial=0)) + 1 - len(self._confusion)
        self._confusion = np.pad(self._confusion, (0, max(lack, 0)))
        np.add.at(self._confusion, (label, pred), 1)
        return 0.0, label.size

    def get(self) -> tuple[str, float]:
        """The name and the value; nan before the first update."""
        if not self.num_inst:
            return self.name, math.nan
        counts = self._confusion.astype("float64")
        labels, preds, total = counts.sum(1), counts.sum(0), counts.sum()
        together = np.trace(counts) * total - labels @ preds
        norm = math.sqrt((total**2 - labels @ labels) * (total**2 - preds @ preds))
        return self.name, float(together / norm) if norm else 0.0


@registry.register()
class PCC(MCC):
    """`MCC` under Gluon's name for more than two classes."""

    def __init__(self, name: str = "pcc", threshold: float = 0.5) -> None:
        super().__init__(name, threshold)
