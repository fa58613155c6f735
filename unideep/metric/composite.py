"""Several metrics as one, a function as a metric, and metrics by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from unideep.errors import UniDeepError
from unideep.metric.base import Array, EvalMetric, registry

__all__ = ["CompositeEvalMetric", "CustomMetric", "create", "np"]

MetricLike = str | EvalMetric | type[EvalMetric] | Callable[..., Any]


@registry.register("composite")
class CompositeEvalMetric(EvalMetric):
    """Several metrics over the same labels and predictions.

    Args:
        metrics: Metrics, names or functions, as `create` takes them.
        name: For messages.

    Example:
        >>> both = gluon.metric.CompositeEvalMetric(["accuracy", "top_k_accuracy"])
        >>> both.update(np.array([1]), np.array([[0.1, 0.9]]))
        >>> both.get()
        (['accuracy', 'top_k_accuracy_1'], [1.0, 1.0])
    """

    def __init__(self, metrics: Iterable[MetricLike] = (), name: str = "composite") -> None:
        self.metrics = [create(m) for m in metrics]
        super().__init__(name)

    def add(self, metric: MetricLike) -> None:
        """Add a metric."""
        self.metrics.append(create(metric))

    def get_metric(self, index: int) -> EvalMetric:
        """Metric number `index`."""
        return self.metrics[index]

    def update(self, labels: Any, preds: Any) -> None:
        """Take in a batch, in every metric."""
        for metric in self.metrics:
            metric.update(labels, preds)

    def reset(self) -> None:
        """Forget all batches, in every metric."""
        for metric in self.metrics:
            metric.reset()

    def get(self) -> tuple[list[str], list[float]]:
        """The list of names and the list of values."""
        pairs = self.get_name_value()
        return [name for name, _ in pairs], [value for _, value in pairs]

    def get_name_value(self) -> list[tuple[str, float]]:
        """A list of (name, value)."""
        return [pair for metric in self.metrics for pair in metric.get_name_value()]


@registry.register()
class CustomMetric(EvalMetric):
    """The mean over batches of what a function of NumPy arrays returns.

    Args:
        feval: feval(label, pred) -> a value, or (sum, count) to weigh batches by their size.
        name: The name that `get` tells; default: the function's.

    Example:
        >>> metric = gluon.metric.CustomMetric(lambda label, pred: abs(label - pred).max(), "worst")
        >>> metric.update(np.array([1.0, 2.0]), np.array([1.5, 2.0]))
        >>> metric.get()
        ('worst', 0.5)
    """

    def __init__(self, feval: Callable[[Array, Array], Any], name: str | None = None) -> None:
        super().__init__(name or getattr(feval, "__name__", type(feval).__name__))
        self._feval = feval

    def measure(self, label: Array, pred: Array) -> tuple[float, int]:
        """What the function says."""
        value = self._feval(label, pred)
        return value if isinstance(value, tuple) else (value, 1)


def np(numpy_feval: Callable[[Array, Array], Any], name: str | None = None) -> CustomMetric:
    """A metric from a function of NumPy arrays, as `CustomMetric`."""
    return CustomMetric(numpy_feval, name)


def create(metric: MetricLike | Iterable[MetricLike], **options: Any) -> EvalMetric:
    """A metric from its name, from a function of (label, pred), or from a list of such.

    Args:
        metric: "accuracy", ...; a metric is returned as it is.
        **options: For the metric's class.

    Raises:
        UnknownNameError: no metric has that name. Lists the known ones.

    Example:
        >>> gluon.metric.create("acc"), gluon.metric.create(["mae", "mse"])
        (Accuracy({'accuracy': nan}), CompositeEvalMetric({'mae': nan, 'mse': nan}))
    """
    if isinstance(metric, str | EvalMetric):
        return registry.create(metric, **options)
    if isinstance(metric, type) and issubclass(metric, EvalMetric):
        return metric(**options)
    if callable(metric):
        return CustomMetric(metric, **options)
    if isinstance(metric, list | tuple):
        return CompositeEvalMetric(metric, **options)
    raise UniDeepError(
        "a metric is a name, a function of (label, pred), a metric, or a list of them.",
        got=f"{metric!r:.80}",
        fix=f'for instance "accuracy". Known: {", ".join(registry.names())}.',
    )
