"""Cross-entropy and its kin against the formula."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from unideep import metric
from unideep.errors import ShapeError

Given = Callable[[Any], Any]
RNG = np.random.default_rng(0)
LABEL, LOGITS = RNG.integers(0, 5, (4, 6)), RNG.standard_normal((4, 6, 5))
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)
LOSSES = -np.log(np.take_along_axis(PROBABILITIES, LABEL[..., None], -1)[..., 0])


@pytest.mark.parametrize("name", ["ce", "nll_loss", "perplexity"])
def test_value(name: str, given: Given) -> None:
    m = metric.create(name)
    m.update(given(LABEL[:1]), given(PROBABILITIES[:1]))
    m.update(given(LABEL[1:]), given(PROBABILITIES[1:]))
    want = np.exp(LOSSES.mean()) if name == "perplexity" else LOSSES.mean()
    assert m.get()[1] == pytest.approx(want, rel=1e-6)


def test_scores_and_other_axes() -> None:
    m = metric.CrossEntropy(from_logits=True)
    m.update(LABEL, LOGITS + 1e4)
    assert m.get()[1] == pytest.approx(LOSSES.mean())
    m = metric.CrossEntropy(axis=1)
    m.update(LABEL, PROBABILITIES.transpose(0, 2, 1))
    assert m.get()[1] == pytest.approx(LOSSES.mean())


def test_a_label_can_be_left_out() -> None:
    m = metric.Perplexity(ignore_label=-1)
    m.update(np.where(LABEL == 2, -1, LABEL), PROBABILITIES)
    assert m.get()[1] == pytest.approx(np.exp(LOSSES[LABEL != 2].mean()))
    m.reset()
    m.update(np.full((2,), -1), PROBABILITIES[0, :2])
    assert np.isnan(m.get()[1])


def test_edges() -> None:
    m = metric.CrossEntropy(eps=1e-3)
    m.update(np.array([0]), np.array([[0.0, 1.0]]))
    assert m.get()[1] == pytest.approx(-np.log(1e-3))
    with pytest.raises(ShapeError, match="not among the 2 classes"):
        m.update(np.array([2]), np.array([[0.5, 0.5]]))
    with pytest.raises(ShapeError, match="labels have not the shape"):
        m.update(np.zeros(3), np.zeros((4, 2)))
