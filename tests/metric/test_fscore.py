"""F measures and binary accuracy against their formulas."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from unideep import metric
from unideep.errors import ArgumentError, ShapeError

Given = Callable[[Any], Any]
RNG = np.random.default_rng(0)
LABEL, SCORES = RNG.integers(0, 3, 40), RNG.random((40, 3))


def fbeta(label: np.ndarray, pred: np.ndarray, beta: float) -> float:
    right = (label & pred).sum()
    precision, recall = right / pred.sum(), right / label.sum()
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


def in_batches(m: metric.EvalMetric, label: Any, pred: Any) -> Any:
    for i in range(0, len(label), 15):
        m.update(label[i : i + 15], pred[i : i + 15])
    return m.get()[1]


def test_binary(given: Given) -> None:
    label, pred = given(LABEL > 0), given(SCORES[:, 0])
    for m, beta in ((metric.F1(), 1), (metric.Fbeta(beta=2.0), 2)):
        m.update(label, pred)
        assert m.get()[1] == pytest.approx(fbeta(LABEL > 0, SCORES[:, 0] > 0.5, beta))
    both = np.stack([1 - SCORES[:, 0], SCORES[:, 0]], 1)
    want = fbeta(LABEL > 0, SCORES[:, 0] > 0.5, 1)
    assert in_batches(metric.F1(), LABEL > 0, both) == pytest.approx(want)
    share = ((SCORES[:, 0] > 0.3) == (LABEL > 0)).mean()
    m = metric.BinaryAccuracy(threshold=0.3)
    assert in_batches(m, LABEL > 0, SCORES[:, :1]) == pytest.approx(share)


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_several_classes(kind: str) -> None:
    one_hot = LABEL[:, None] == np.arange(3)
    found = SCORES.argmax(1)[:, None] == np.arange(3) if kind == "multiclass" else SCORES > 0.5
    label = LABEL if kind == "multiclass" else one_hot
    each = [fbeta(one_hot[:, i], found[:, i], 1) for i in range(3)]
    got = in_batches(metric.F1(class_type=kind, average=None), label, SCORES)
    np.testing.assert_allclose(got, each)
    got = in_batches(metric.F1(class_type=kind, average="macro"), label, SCORES)
    assert got == pytest.approx(np.mean(each))
    got = in_batches(metric.F1(class_type=kind), label, SCORES)
    assert got == pytest.approx(fbeta(one_hot, found, 1))


def test_one_label_of_several_kinds() -> None:
    m = metric.F1(class_type="multilabel", average=None)
    m.update(np.array([[1], [0]]), np.array([[0.9], [0.8]]))
    np.testing.assert_allclose(m.get()[1], [2 / 3])


def test_edges() -> None:
    m = metric.create("f1")
    assert np.isnan(m.get()[1])
    m.update(np.zeros(3), np.zeros(3))
    assert m.get() == ("f1", 0.0)
    with pytest.raises(ShapeError, match="are 0 and 1"):
        m.update(np.array([2]), np.array([0.1]))
    with pytest.raises(ShapeError, match="differ in shape"):
        m.update(np.zeros(3), np.zeros(4))
    with pytest.raises(ArgumentError, match="class_type"):
        metric.F1(class_type="many")
    with pytest.raises(ArgumentError, match="average"):
        metric.F1(average="some")
