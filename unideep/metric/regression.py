"""How far off predictions are: means over samples."""

from __future__ import annotations

import math

import numpy as np

from unideep.errors import ShapeError
from unideep.metric.base import Array, EvalMetric, registry

__all__ = ["MAE", "MSE", "RMSE"]


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
