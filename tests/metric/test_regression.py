"""Errors against their formulas."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from unideep.errors import ShapeError
from unideep.metric import MAE, MSE, RMSE, EvalMetric, MeanCosineSimilarity, MeanPairwiseDistance

Given = Callable[[Any], Any]
RNG = np.random.default_rng(0)
LABEL, PRED = RNG.normal(size=(2, 6, 3))
FORMULAS: list[tuple[EvalMetric, Callable[..., float]]] = [
    (MAE(), lambda d: np.abs(d).mean()),
    (MSE(), lambda d: (d**2).mean()),
    (RMSE(), lambda d: np.sqrt((d**2).mean())),
]
each_metric = pytest.mark.parametrize(
    ("metric", "formula"), FORMULAS, ids=[m.name for m, _ in FORMULAS]
)


@each_metric
def test_value(given: Given, metric: EvalMetric, formula: Callable[..., float]) -> None:
    metric.reset()
    metric.update(given(LABEL), given(PRED))
    tolerance = 1e-6  # Python lists become float32
    assert metric.get()[1] == pytest.approx(formula(LABEL - PRED), rel=tolerance)


@each_metric
def test_batches_add_up(metric: EvalMetric, formula: Callable[..., float]) -> None:
    metric.reset()
    metric.update(LABEL[:1], PRED[:1])
    metric.update(LABEL[1:], PRED[1:])
    metric.update(LABEL[:0], PRED[:0])
    assert metric.get()[1] == pytest.approx(formula(LABEL - PRED))


@each_metric
def test_a_last_axis_of_one_is_no_difference(
    metric: EvalMetric, formula: Callable[..., float]
) -> None:
    label, pred = LABEL[:, 0], PRED[:, 0]
    for a, b in ((label, pred[:, None]), (label[:, None], pred)):
        metric.reset()
        metric.update(a, b)
        assert metric.get()[1] == pytest.approx(formula(label - pred))


@each_metric
def test_scalars(metric: EvalMetric, formula: Callable[..., float]) -> None:
    metric.reset()
    metric.update(np.float32(1), np.float32(3))
    assert metric.get()[1] == formula(np.array(-2.0))


def test_unsigned_labels_do_not_wrap() -> None:
    metric = MAE()
    metric.update(np.array([0, 1], "uint8"), np.array([1, 1], "uint8"))
    assert metric.get()[1] == 0.5


@pytest.mark.parametrize("shapes", [((4,), (3,)), ((4, 1), (1, 4)), ((4,), (4, 2)), ((), (2,))])
def test_other_shapes_are_refused(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    label, pred = map(np.zeros, shapes)
    with pytest.raises(ShapeError, match=r"(?s)MSE: labels and preds differ.*Fix: "):
        MSE().update(label, pred)


def test_distances_and_angles(given: Given) -> None:
    for name, p in (("mpd", 2), ("first", 1)):
        m = MeanPairwiseDistance(name, p=p)
        m.update(given(LABEL), given(PRED))
        want = np.linalg.norm(LABEL - PRED, ord=p, axis=-1).mean()
        assert m.get() == (name, pytest.approx(want, rel=1e-6))
    norms = np.linalg.norm(LABEL, axis=-1) * np.linalg.norm(PRED, axis=-1)
    m = MeanCosineSimilarity()
    m.update(given(LABEL), given(PRED))
    assert m.get()[1] == pytest.approx(((LABEL * PRED).sum(-1) / norms).mean(), rel=1e-6)
