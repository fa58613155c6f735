"""What all metrics share."""

import math
from typing import Any

import numpy as np
import pytest

import unideep as ud
from unideep import metric
from unideep.errors import CompileError, ShapeError
from unideep.metric.base import registry

NAMES = sorted({*registry.names()} - {"custommetric", "compositeevalmetric", "composite"})


@pytest.mark.parametrize("name", NAMES)
def test_nan_before_update_and_after_reset(name: str) -> None:
    m = metric.create(name)
    assert all(math.isnan(value) for _, value in m.get_name_value())
    scores = isinstance(m, metric.TopKAccuracy | metric.CrossEntropy)
    m.update(np.array([1, 0]), np.array([[0.2, 0.8], [0.6, 0.4]] if scores else [1, 0]))
    assert not any(math.isnan(value) for _, value in m.get_name_value())
    m.reset()
    assert all(math.isnan(value) for _, value in m.get_name_value())


def test_lists_are_pairs_of_batches(backend: str) -> None:
    labels = [ud.np.array([1.0]), ud.np.array([2.0, 3.0])]
    preds = [ud.np.array([1.0]), ud.np.array([2.0, 0.0])]
    m = metric.MAE()
    m.update(labels, preds)
    assert m.get() == ("mae", 1.0) and m.num_inst == 3
    with pytest.raises(ShapeError, match="1 labels, 2 preds"):
        m.update(labels[:1], preds)


def test_a_list_of_numbers_is_one_array() -> None:
    m = metric.Accuracy()
    m.update([np.int64(1), np.int64(0)], np.array([[0.0, 1.0], [0.0, 1.0]]))
    assert m.get() == ("accuracy", 0.5)


def test_batches_weigh_by_their_size() -> None:
    m = metric.MSE()
    m.update(np.zeros(1), np.ones(1))
    m.update(np.zeros(3), np.zeros(3))
    assert m.get() == ("mse", 0.25) and m.get_name_value() == [("mse", 0.25)]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_sums_are_float64(backend: str, dtype: str) -> None:
    """In the tensors' own dtype, 4096 ones and a half would not add up."""
    m = metric.Loss()
    m.update(None, ud.np.array(np.full(4096, 1.0), dtype=dtype))
    m.update(None, ud.np.array(np.full(1, 0.5), dtype=dtype))
    assert m.sum_metric == 4096.5 and isinstance(m.sum_metric, float)


def test_nan_in_data_shows() -> None:
    for m in (metric.MSE(), metric.Loss()):
        m.update(np.zeros(2), np.array([np.nan, 0]))
        assert math.isnan(m.get()[1])
    accuracy = metric.Accuracy()
    accuracy.update(np.array([1]), np.array([[0.0, np.inf]]))
    assert accuracy.get()[1] == 1.0


def test_own_metric_in_gluons_way() -> None:
    class Count(metric.EvalMetric):
        def update(self, labels: Any, preds: Any) -> None:
            self.sum_metric += len(preds)
            self.num_inst += 1

    m = Count("count")
    m.update(None, [1, 2, 3])
    assert m.get() == ("count", 3.0)
    with pytest.raises(NotImplementedError, match="neither measure nor update"):
        metric.EvalMetric("empty").update([1], [1])


def test_a_metric_inside_a_compiled_step_is_refused(backend: str) -> None:
    m = metric.Loss()

    @ud.compile
    def step(x: ud.Tensor) -> ud.Tensor:
        m.update(None, x)
        return x

    with pytest.raises(CompileError, match="asnumpy"):
        step(ud.np.ones(2))
