"""How far off predictions are: means over samples."""

from __future__ import annotations

import math

import numpy as np

from unideep.errors import ShapeError
from unideep.metric.base import Array, EvalMetric, registry

__all__ = ["MAE", "MSE", "RMSE", "MeanCosineSimilarity", "MeanPairwiseDistance"]


@registry.register()
class MAE(EvalMetric):
    """Mean absolute error.

    Shape:
        labels and preds alike, samples first; (N,) and (N, 1) count as alike.
    """

    def __init__(self, name: str = "mae") -> None:
        super().__init__(name)

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """The sum over samples of their mean errors, and the number of samples."""
        return _over_samples(np.abs(_difference(self, label, pred)))


@registry.register()
class MSE(EvalMetric):
    """Mean squared error.

    Shape:
        labels and preds alike, samples first; (N,) and (N, 1) count as alike.

    Example:
        >>> metric = gluon.metric.MSE()
        >>> metric.update(labels=np.array([1.0, 2.0]), preds=np.array([1.0, 4.0]))
        >>> metric.get()
        ('mse', 2.0)
    """

    def __init__(self, name: str = "mse") -> None:
        super().__init__(name)

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """The sum over samples of their mean squared errors, and the number of samples."""
        return _over_samples(np.square(_difference(self, label, pred)))


@registry.register()
class RMSE(MSE):
    """Square root of the mean squared error over all batches."""

    def __init__(self, name: str = "rmse") -> None:
        super().__init__(name)

    def get(self) -> tuple[str, float]:
        """The name and the value; nan before the first update."""
        name, mean = super().get()
        return name, math.sqrt(mean)


@registry.register()
class MeanPairwiseDistance(EvalMetric):
    """The mean distance of predictions from labels: (Σ |label - pred|ᵖ)^(1/p) over the last axis.

    Args:
        name: The name that `get` tells.
        p: The power.

    Shape:
        labels and preds alike, with features last.
    """

    def __init__(self, name: str = "mpd", p: float = 2) -> None:
        super().__init__(name)
        self.p = p

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """The sum of distances, and how many there are."""
        powers = np.abs(_difference(self, label, pred)) ** self.p
        distances = powers.sum(-1) ** (1 / self.p)
        return distances.sum(), distances.size


@registry.register("cos_sim")
class MeanCosineSimilarity(EvalMetric):
    """The mean cosine of the angle between labels and predictions, over the last axis.

    Args:
        name: The name that `get` tells.
        eps: The least product of norms to divide by.

    Shape:
        labels and preds alike, with features last.
    """

    def __init__(self, name: str = "cos_sim", eps: float = 1e-8) -> None:
        super().__init__(name)
        self.eps = eps

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """The sum of cosines, and how many there are."""
        _difference(self, label, pred)
        norms = np.linalg.norm(label, axis=-1) * np.linalg.norm(pred, axis=-1)
        cosines = (label * pred).sum(-1) / np.maximum(norms, self.eps)
        return cosines.sum(), cosines.size


def _difference(metric: EvalMetric, label: Array, pred: Array) -> Array:
    if label.shape != pred.shape:
        shapes = {a.shape[: max(1, a.ndim - (a.shape[-1:] == (1,)))] for a in (label, pred)}
        if len(shapes) > 1:
            raise ShapeError(
                f"{type(metric).__name__}: labels and preds differ in shape.",
                got=f"labels {label.shape}, preds {pred.shape}",
                fix="one label for each prediction: update(labels, preds).",
            )
        label = label.reshape(pred.shape)
    return label.astype("float64") - pred


def _over_samples(errors: Array) -> tuple[float, int]:
    """Each sample counts once, however many numbers it holds."""
    if not errors.size:
        return 0.0, 0
    samples = len(errors) if errors.ndim else 1
    return errors.sum() * samples / errors.size, samples
