"""Correlations against NumPy's and the formula of two classes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from unideep import metric
from unideep.errors import ShapeError

Given = Callable[[Any], Any]
RNG = np.random.default_rng(0)


def test_pearson(given: Given) -> None:
    label, pred = RNG.standard_normal((2, 10, 3))
    m = metric.create("pearsoncorrelation")
    assert np.isnan(m.get()[1])
    m.update(given(label[:4]), given(pred[:4]))
    m.update(given(label[4:]), given(pred[4:]))
    assert m.get() == ("pearsonr", pytest.approx(np.corrcoef(label.ravel(), pred.ravel())[0, 1]))


def test_pearson_keeps_digits_of_numbers_far_from_zero() -> None:
    label = RNG.standard_normal(100)
    pred = label + RNG.standard_normal(100)
    m = metric.PearsonCorrelation()
    for part in np.split(np.arange(100), 4):
        m.update(label[part] + 1e6, pred[part] - 1e6)
    assert m.get()[1] == pytest.approx(np.corrcoef(label, pred)[0, 1], rel=1e-6)
    with pytest.raises(ShapeError):
        m.update(label, pred[1:])


def test_matthews_of_two_classes(given: Given) -> None:
    label, pred = RNG.integers(0, 2, 30), RNG.random(30)
    m = metric.MCC()
    m.update(given(label[:9]), given(pred[:9]))
    m.update(given(label[9:]), given(pred[9:]))
    want = np.corrcoef(label, pred > 0.5)[0, 1]
    assert m.get() == ("mcc", pytest.approx(want))


def test_matthews_of_more_classes_is_the_correlation_of_indicators() -> None:
    label, scores = RNG.integers(0, 4, 50), RNG.random((50, 4))
    m = metric.PCC()
    m.update(label[:7], scores[:7])
    m.update(label[7:], scores[7:])
    a, b = (np.eye(4)[c] - np.eye(4)[c].mean(0) for c in (label, scores.argmax(1)))
    want = (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())
    assert m.get() == ("pcc", pytest.approx(want))


def test_one_class_alone_says_nothing() -> None:
    m = metric.MCC()
    assert np.isnan(m.get()[1])
    m.update(np.zeros(3), np.zeros(3))
    assert m.get()[1] == 0.0
