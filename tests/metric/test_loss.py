"""The mean of losses."""

from collections.abc import Callable
from typing import Any

import pytest

from unideep.metric import Loss

Given = Callable[[Any], Any]


def test_mean_over_all_values(given: Given) -> None:
    metric = Loss()
    metric.update(None, given([1.0, 2.0, 3.0]))
    metric.update(0, given([[6.0]]))
    assert metric.get() == ("loss", 3.0)


def test_scalars_lists_and_losses_alone(given: Given) -> None:
    metric = Loss("train loss")
    metric.update(None, [given(1.0), given(2.0)])
    metric.update(given(6.0))
    assert metric.get() == ("train loss", 3.0)


def test_float32_losses_lose_nothing() -> None:
    metric = Loss()
    for _ in range(1000):
        metric.update(None, 0.1)
    assert metric.get()[1] == pytest.approx(0.1, rel=1e-12)
