"""Several metrics, functions as metrics, names."""

from typing import Any

import numpy as np
import pytest

import unideep as ud
from unideep import metric
from unideep.errors import UniDeepError, UnknownNameError
from unideep.metric.base import registry

LABELS, PREDS = np.array([1, 0]), np.array([[0.2, 0.8], [0.4, 0.6]])


def test_composite(backend: str) -> None:
    both = metric.CompositeEvalMetric([metric.Accuracy(name="acc")])
    both.add("top_k_accuracy")
    both.update(ud.np.array(LABELS), ud.np.array(PREDS))
    assert both.get() == (["acc", "top_k_accuracy_1"], [0.5, 0.5])
    assert both.get_name_value() == [("acc", 0.5), ("top_k_accuracy_1", 0.5)]
    assert both.get_metric(0).num_inst == 2
    both.reset()
    assert both.get_metric(1).num_inst == 0
    assert metric.CompositeEvalMetric().get() == ([], [])


def worst(label: Any, pred: Any) -> Any:
    return abs(label - pred).max()


def test_custom(backend: str) -> None:
    m = metric.CustomMetric(worst)
    m.update(ud.np.array([1.0, 2.0]), ud.np.array([2.0, 2.0]))
    m.update(ud.np.array([1.0]), ud.np.array([4.0]))
    assert m.get() == ("worst", 2.0)
    weighed = metric.CustomMetric(lambda label, pred: (pred.sum(), pred.size), "mean")
    weighed.update([1.0], [3.0])
    weighed.update([1.0, 1.0], [0.0, 0.0])
    assert weighed.get() == ("mean", 1.0)
    assert metric.np(worst).name == "worst"


def test_create() -> None:
    assert isinstance(metric.create("Accuracy"), metric.Accuracy)
    assert metric.create("acc", axis=2).axis == 2  # pyright: ignore
    assert isinstance(metric.create("top_k_acc", top_k=5), metric.TopKAccuracy)
    assert isinstance(metric.create(metric.RMSE), metric.RMSE)
    mae = metric.MAE()
    assert metric.create(mae) is mae
    assert metric.create(worst).name == "worst"
    both = metric.create(["mae", worst])
    assert [name for name, _ in both.get_name_value()] == ["mae", "worst"]


def test_register() -> None:
    @metric.register
    class Nothing(metric.EvalMetric):
        def __init__(self) -> None:
            super().__init__("nothing")

    try:
        assert isinstance(metric.create("nothing"), Nothing)
    finally:
        registry._classes.pop("nothing")


def test_unknown_metrics() -> None:
    with pytest.raises(UnknownNameError, match=r"(?s)'acuracy'.*did you mean 'accuracy'.*Known: "):
        metric.create("acuracy")
    with pytest.raises(UniDeepError, match="a metric is a name"):
        metric.create(3)  # pyright: ignore
