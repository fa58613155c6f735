"""The mean of losses."""

from __future__ import annotations

from typing import Any

from unideep.metric.base import EvalMetric, as_list, on_host, registry

__all__ = ["Loss"]


@registry.register()
class Loss(EvalMetric):
    """The mean of all loss values given: of each sample, or of each batch if they are means.

    Example:
        >>> metric = gluon.metric.Loss()
        >>> metric.update(None, np.array([1.0, 3.0]))
        >>> metric.get()
        ('loss', 2.0)
    """

    def __init__(self, name: str = "loss") -> None:
        super().__init__(name)

    def update(self, labels: Any, preds: Any = None) -> None:
        """Take in losses.

        Args:
            labels: Ignored, as in `update(None, losses)`; the losses if given alone.
            preds: A tensor or array of losses, or a list of them.
        """
        for losses in as_list(labels if preds is None else preds):
            values = on_host(losses)
            self.sum_metric += float(values.sum(dtype="float64"))
            self.num_inst += values.size
