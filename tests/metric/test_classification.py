"""Accuracy against counting by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from unideep.errors import ShapeError, UniDeepError
from unideep.metric import Accuracy, EvalMetric, TopKAccuracy

Given = Callable[[Any], Any]
SCORES = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.2, 0.3, 0.5], [0.6, 0.4, 0.0]])
LABELS = np.array([1, 1, 2, 2])


def value(metric: EvalMetric, labels: Any, preds: Any) -> float:
    metric.update(labels, preds)
    return metric.get()[1]


def test_accuracy(given: Given) -> None:
    assert value(Accuracy(), given(LABELS), given(SCORES)) == 0.5
    assert value(Accuracy(), given(LABELS.astype("float32")), given(SCORES)) == 0.5
    assert value(Accuracy(), given(LABELS[:, None]), given(SCORES)) == 0.5
    assert value(Accuracy(), given(LABELS), given([1, 0, 2, 2])) == 0.75
    assert value(Accuracy(), given(LABELS.astype("int32")), given([1.0, 0.0, 2.0, 2.0])) == 0.75
    assert value(Accuracy(), given([1, 0, 1]), given([True, False, False])) == 2 / 3


def test_class_axis() -> None:
    images = np.random.default_rng(0).normal(size=(2, 5, 4, 3))
    labels = images.argmax(1)
    labels[0, 0, :] = -1
    assert value(Accuracy(), labels, images) == 1 - 3 / 24
    assert value(Accuracy(axis=-1), images.argmax(-1), images) == 1.0
    assert value(Accuracy(axis=0), np.array([1]), np.array([[0.0], [1.0]])) == 1.0


def test_accuracy_counts_over_batches() -> None:
    metric = Accuracy()
    metric.update(LABELS, SCORES)
    metric.update(LABELS[:1], SCORES[:1])
    assert metric.get() == ("accuracy", 0.6)
    metric.update(LABELS[:0], SCORES[:0])
    assert metric.num_inst == 5


@pytest.mark.parametrize(("top_k", "expected"), [(1, 0.5), (2, 0.75), (3, 1.0), (9, 1.0)])
def test_top_k(given: Given, top_k: int, expected: float) -> None:
    metric = TopKAccuracy(top_k=top_k)
    assert value(metric, given(LABELS), given(SCORES)) == expected
    assert metric.get()[0] == f"top_k_accuracy_{top_k}"


def test_top_k_of_all_equal_scores_is_not_all_right() -> None:
    assert value(TopKAccuracy(2), np.arange(10), np.zeros((10, 10))) == pytest.approx(0.2)


def test_top_k_of_unsigned_scores() -> None:
    assert value(TopKAccuracy(1), np.array([1]), np.array([[0, 5]], "uint8")) == 1.0


def test_top_k_of_nan_is_wrong() -> None:
    assert value(TopKAccuracy(1), np.array([2]), np.array([[0.0, 1.0, np.nan]])) == 0.0


@pytest.mark.parametrize("metric", [Accuracy(), TopKAccuracy(2)], ids=["accuracy", "top_k"])
@pytest.mark.parametrize(
    ("labels", "preds", "message"),
    [
        (SCORES, LABELS, r"(swapped|scores of shape).*labels come first"),
        (LABELS[:3], SCORES, r"labels \(3,\), preds \(4, 3\)"),
        (LABELS, SCORES[:, :1], "one score for each prediction.*preds > 0.5"),
        (LABELS[None], SCORES, r"labels \(1, 4\)"),
    ],
    ids=["swapped", "length", "one score", "axes"],
)
def test_shapes_that_do_not_belong_together(
    metric: EvalMetric, labels: Any, preds: Any, message: str
) -> None:
    with pytest.raises(ShapeError, match="(?s)" + message):
        metric.update(labels, preds)


def test_probabilities_in_the_shape_of_the_labels() -> None:
    for labels, preds in (
        (np.eye(3)[[0, 1]], SCORES[:2]),
        (np.array([0, 1]), np.array([0.3, 0.8])),
    ):
        with pytest.raises(ShapeError, match=r"(?s)fractions.*one-hot.*preds > 0.5"):
            Accuracy().update(labels, preds)


def test_top_k_from_one() -> None:
    with pytest.raises(UniDeepError, match="top_k is 0"):
        TopKAccuracy(0)
