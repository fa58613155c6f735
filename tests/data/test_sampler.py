"""The order of samples."""

from collections.abc import Callable
from typing import Any

import pytest

import unideep as ud
from unideep.data import (
    BatchSampler,
    FilterSampler,
    IntervalSampler,
    RandomSampler,
    SequentialSampler,
)
from unideep.errors import ArgumentError, UniDeepError


def test_sequential() -> None:
    sampler = SequentialSampler(3, start=2)
    assert list(sampler) == list(sampler) == [2, 3, 4] and len(sampler) == 3


def test_random_is_a_new_permutation_at_each_epoch() -> None:
    sampler = RandomSampler(100)
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == list(range(100)) and len(sampler) == 100
    assert first != second


def test_random_follows_the_seed_the_stream_and_the_epoch(backend: str) -> None:
    ud.random.seed(0)
    one, other = RandomSampler(50), RandomSampler(50)
    epochs = [list(one), list(one)]
    assert list(other) != epochs[0]
    ud.random.seed(0)
    again = RandomSampler(50)
    assert [list(again), list(again)] == epochs
    again.epoch = 1
    assert list(again) == epochs[1]
    ud.random.seed(1)
    assert list(RandomSampler(50)) != epochs[0]


def test_the_order_is_the_same_on_every_backend(backend: str) -> None:
    """Written down: other backends, and the runs of tomorrow, get these numbers."""
    ud.random.seed(0)
    assert list(RandomSampler(8)) == [1, 3, 6, 5, 0, 7, 4, 2]


def test_filter() -> None:
    sampler = FilterSampler(lambda word: len(word) > 1, ["a", "bb", "c", "dd"])
    assert list(sampler) == [1, 3] and len(sampler) == 2


@pytest.mark.parametrize("length", [1, 5, 7, 10])
def test_interval_covers_all_once(length: int) -> None:
    for interval in range(1, length + 1):
        sampler = IntervalSampler(length, interval)
        assert sorted(sampler) == list(range(length)) and len(sampler) == length
        short = IntervalSampler(length, interval, rollover=False)
        assert list(short) == list(range(0, length, interval)) and len(short) == len(list(short))


def test_batch_keep_and_discard() -> None:
    keep = BatchSampler(SequentialSampler(7), 3, "keep")
    assert list(keep) == list(keep) == [[0, 1, 2], [3, 4, 5], [6]] and len(keep) == 3
    discard = BatchSampler(SequentialSampler(7), 3, "discard")
    assert list(discard) == list(discard) == [[0, 1, 2], [3, 4, 5]] and len(discard) == 2
    for mode in ("keep", "discard", "rollover"):
        assert list(BatchSampler(SequentialSampler(4), 2, mode)) == [[0, 1], [2, 3]]


def test_batch_rollover_opens_the_next_epoch_with_the_rest() -> None:
    sampler = BatchSampler(SequentialSampler(7), 3, "rollover")
    sizes = []
    for expected in (
        [[0, 1, 2], [3, 4, 5]],
        [[6, 0, 1], [2, 3, 4]],
        [[5, 6, 0], [1, 2, 3], [4, 5, 6]],
    ):
        sizes.append(len(sampler))
        assert list(sampler) == expected
    assert sizes == [2, 2, 3]


def test_batches_of_an_epoch_smaller_than_one() -> None:
    assert list(BatchSampler(SequentialSampler(2), 5, "keep")) == [[0, 1]]
    assert list(BatchSampler(SequentialSampler(2), 5, "discard")) == []
    rollover = BatchSampler(SequentialSampler(2), 5, "rollover")
    assert [list(rollover) for _ in range(3)] == [[], [], [[0, 1, 0, 1, 0]]]
    assert list(BatchSampler(SequentialSampler(0), 5)) == []


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: BatchSampler(SequentialSampler(3), 0), UniDeepError, "batch_size is 0"),
        (lambda: BatchSampler(SequentialSampler(3), 1, "drop"), ArgumentError, "'drop'"),
        (lambda: IntervalSampler(3, 4), UniDeepError, "interval is 4"),
        (lambda: IntervalSampler(3, 0), UniDeepError, "interval is 0"),
    ],
)
def test_bad_arguments(make: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()
