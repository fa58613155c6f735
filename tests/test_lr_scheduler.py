"""Learning-rate schedules: values, purity, warm-up, bad settings. No tensors, no backend."""

import copy
import math
from collections.abc import Callable

import pytest

from unideep.errors import ArgumentError, UniDeepError
from unideep.lr_scheduler import (
    CosineScheduler,
    FactorScheduler,
    LRScheduler,
    MultiFactorScheduler,
    PolyScheduler,
)

SCHEDULERS = [
    FactorScheduler(3, 0.5, base_lr=1.0),
    MultiFactorScheduler([2, 5], 0.1, base_lr=1.0),
    PolyScheduler(10, base_lr=1.0),
    CosineScheduler(10, base_lr=1.0, final_lr=0.1),
]
each_scheduler = pytest.mark.parametrize(
    "schedule", SCHEDULERS, ids=[type(s).__name__ for s in SCHEDULERS]
)


def test_factor_halves_after_every_step() -> None:
    schedule = FactorScheduler(step=2, factor=0.5, stop_factor_lr=0.2, base_lr=1.0)
    assert [schedule(n) for n in range(8)] == [1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.2]


def test_factor_never_lifts_a_small_base_lr_before_the_first_step() -> None:
    assert FactorScheduler(step=5, factor=0.5, base_lr=1e-9)(5) == 1e-9


def test_multi_factor_reduces_after_the_listed_updates() -> None:
    schedule = MultiFactorScheduler([2, 5], factor=0.5, base_lr=1.0)
    assert [schedule(n) for n in range(7)] == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]


def test_poly_ends_at_final_lr() -> None:
    schedule = PolyScheduler(10, base_lr=1.1, pwr=2, final_lr=0.1)
    assert [schedule(n) for n in (0, 5, 10, 11)] == pytest.approx([1.1, 0.35, 0.1, 0.1])


def test_cosine_follows_the_formula() -> None:
    schedule = CosineScheduler(8, base_lr=0.3, final_lr=0.01)
    expected = [0.01 + 0.29 * (1 + math.cos(math.pi * n / 8)) / 2 for n in range(9)]
    assert [schedule(n) for n in range(9)] == pytest.approx(expected)
    assert schedule(1000) == 0.01


@each_scheduler
def test_calling_does_not_change_the_schedule(schedule: LRScheduler) -> None:
    before = copy.deepcopy(vars(schedule))
    curve = [schedule(n) for n in range(20)]
    assert [schedule(n) for n in reversed(range(20))] == curve[::-1]
    assert vars(schedule) == before


@each_scheduler
def test_assigning_base_lr_takes_effect(schedule: LRScheduler) -> None:
    changed = copy.deepcopy(schedule)
    changed.base_lr = 2.0
    assert changed(0) == 2.0
    assert changed(4) > schedule(4)


@pytest.mark.parametrize(
    "make",
    [
        lambda **o: FactorScheduler(100, 0.5, **o),
        lambda **o: MultiFactorScheduler([100], 0.5, **o),
        lambda **o: PolyScheduler(100, **o),
        lambda **o: CosineScheduler(100, **o),
    ],
    ids=["factor", "multi_factor", "poly", "cosine"],
)
def test_warmup_rises_to_base_lr(make: Callable[..., LRScheduler]) -> None:
    schedule = make(base_lr=1.0, warmup_steps=4, warmup_begin_lr=0.2)
    assert [schedule(n) for n in range(5)] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    schedule.base_lr = 2.0
    assert schedule(4) == pytest.approx(2.0)
    constant = make(base_lr=1.0, warmup_steps=4, warmup_begin_lr=0.2, warmup_mode="constant")
    assert [constant(n) for n in (0, 3)] == [0.2, 0.2]


def test_own_scheduler_defines_decayed() -> None:
    class Inverse(LRScheduler):
        def decayed(self, num_update: int) -> float:
            return self.base_lr / max(num_update, 1)

    schedule = Inverse(base_lr=1.0, warmup_steps=2)
    assert [schedule(n) for n in (1, 2, 4)] == [0.5, 0.5, 0.25]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FactorScheduler(0), "step is 0"),
        (lambda: FactorScheduler(2.5), "step is 2.5"),  # pyright: ignore
        (lambda: FactorScheduler(1, factor=1.1), "factor is 1.1"),
        (lambda: MultiFactorScheduler(5), "list of update numbers"),  # pyright: ignore
        (lambda: MultiFactorScheduler([]), "list of update numbers"),
        (lambda: MultiFactorScheduler([3, 3]), "has to increase"),
        (lambda: MultiFactorScheduler([0, 3]), "an entry of step is 0"),
        (lambda: PolyScheduler(0), "max_update is 0"),
        (lambda: PolyScheduler(10, pwr=0), "pwr is 0"),
        (lambda: CosineScheduler(5, warmup_steps=5), "leaves no update"),
        (lambda: CosineScheduler(5, warmup_steps=-1), "warmup_steps is -1"),
        (lambda: CosineScheduler(5, base_lr=0.1, warmup_begin_lr=0.2), "start above"),
    ],
)
def test_bad_settings_are_refused(make: Callable[[], LRScheduler], message: str) -> None:
    with pytest.raises(UniDeepError, match=message):
        make()


def test_unknown_warmup_mode_is_refused() -> None:
    with pytest.raises(ArgumentError, match="cubic"):
        FactorScheduler(1, warmup_mode="cubic")
