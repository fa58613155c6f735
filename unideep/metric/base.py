"""The base of metrics: a sum and a count, in float64 on the host."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unideep.errors import ShapeError
from unideep.registry import Registry
from unideep.tensor import Tensor

__all__ = ["EvalMetric", "register", "registry"]

Array = np.ndarray[Any, Any]
registry: Registry[EvalMetric] = Registry("metric")


def register(cls: type[EvalMetric]) -> type[EvalMetric]:
    """Class decorator: makes a metric known to `create` by its lower-case name."""
    return registry.register()(cls)


class EvalMetric:
    """Base of metrics: define `measure`, or `update` for full control.

    Args:
        name: The name that `get` tells.

    Attributes:
        sum_metric: The sum of what was measured.
        num_inst: Over how many it was taken.

    Example:
        >>> class Share(gluon.metric.EvalMetric):
        ...     def measure(self, label, pred):
        ...         return (pred > label).sum(), pred.size
        >>> share = Share("above")
        >>> share.update(np.array([1.0, 2.0]), np.array([3.0, 1.0]))
        >>> share.get()
        ('above', 0.5)
    """

    sum_metric: float
    num_inst: int

    def __init__(self, name: str) -> None:
        self.name = name
        self.reset()

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """The sum over one pair of arrays, and the number of things summed."""
        raise NotImplementedError(f"{type(self).__name__} defines neither measure nor update")

    def update(self, labels: Any, preds: Any) -> None:
        """Take in a batch. Waits until its values are computed.

        Args:
            labels: What is true: a tensor of any backend, an array, or a list of them.
            preds: What the net said; in lists, one for each of the labels.

        Raises:
            ShapeError: the two do not belong together, for instance because they were swapped.
        """
        label_list, pred_list = as_list(labels), as_list(preds)
        if len(label_list) != len(pred_list):
            raise ShapeError(
                f"{type(self).__name__}: the lists differ in length.",
                got=f"{len(label_list)} labels, {len(pred_list)} preds",
                fix="give update(labels, preds) one array of labels for each array of preds.",
            )
        for label, pred in zip(label_list, pred_list, strict=True):
            total, count = self.measure(on_host(label), on_host(pred))
            self.sum_metric += float(total)
            self.num_inst += int(count)

    def reset(self) -> None:
        """Forget all batches."""
        self.sum_metric, self.num_inst = 0.0, 0

    def get(self) -> tuple[Any, Any]:
        """The name and the value; nan before the first update."""
        return self.name, self.sum_metric / self.num_inst if self.num_inst else math.nan

    def get_name_value(self) -> list[tuple[str, float]]:
        """A list of (name, value)."""
        return [self.get()]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self.get_name_value())})"


def as_list(batch: Any) -> list[Any]:
    """The arrays of a batch: a list of arrays as it is, anything else as one array."""
    if isinstance(batch, list | tuple) and all(_is_array(a) for a in batch):
        return list(batch)
    return [batch]


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and not isinstance(value, np.generic)


def on_host(value: Any) -> Array:
    """A tensor or array as NumPy array; floats of any kind as float64."""
    array = value.asnumpy() if isinstance(value, Tensor) else np.asarray(value)
    return array if array.dtype.kind in "biu" else array.astype("float64", copy=False)
