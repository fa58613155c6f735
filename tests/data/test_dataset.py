"""Data sets and the views on them."""

from itertools import chain
from typing import Any

import numpy as np
import pytest

import unideep as ud
from unideep.data import ArrayDataset, Dataset, RandomSampler, SimpleDataset
from unideep.errors import ShapeError, UniDeepError

NUMBERS = SimpleDataset(list(range(10)))


def test_array_dataset_gives_tuples_of_rows() -> None:
    x, y = np.arange(12.0).reshape(4, 3), [5, 6, 7, 8]
    data = ArrayDataset(x, y)
    assert len(data) == 4
    row, label = data[2]
    assert row.tolist() == [6, 7, 8] and label == 7
    assert isinstance(data[2], tuple)
    rows, labels = data[1:3]  # pyright: ignore
    assert rows.shape == (2, 3) and labels == [6, 7]


def test_one_array_gives_bare_rows() -> None:
    assert ArrayDataset([4, 5])[1] == 5
    assert [row.shape for row in ArrayDataset(np.zeros((2, 3)))] == [(3,), (3,)]


def test_tensors_give_tensors_and_flat_ones_numbers(backend: str) -> None:
    data = ArrayDataset(ud.np.ones((4, 3)), ud.np.array([0, 1, 2, 3]))
    x, y = data[3]
    assert isinstance(x, ud.Tensor) and x.shape == (3,) and x.backend == backend
    assert isinstance(y, np.integer) and y == 3


def test_lengths_must_agree() -> None:
    with pytest.raises(ShapeError, match=r"(?s)lengths \[3, 4\].*Fix: "):
        ArrayDataset(np.zeros(3), np.zeros(4))
    with pytest.raises(UniDeepError, match="at least one"):
        ArrayDataset()


def test_filter() -> None:
    assert list(NUMBERS.filter(lambda n: n % 3 == 0)) == [0, 3, 6, 9]
    pairs = ArrayDataset([1, 2, 3], ["a", "b", "a"])
    assert list(pairs.filter(lambda sample: sample[1] == "a")) == [(1, "a"), (3, "a")]


@pytest.mark.parametrize("num_shards", [1, 3, 4, 10, 12])
def test_shards_are_even_and_cover_all(num_shards: int) -> None:
    shards = [list(NUMBERS.shard(num_shards, i)) for i in range(num_shards)]
    assert list(chain(*shards)) == list(range(10))
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


def test_no_such_shard() -> None:
    with pytest.raises(UniDeepError, match="no shard 3 of 3"):
        NUMBERS.shard(3, 3)


def test_take_and_sample() -> None:
    assert list(NUMBERS.take(3)) == [0, 1, 2]
    assert len(NUMBERS.take(None)) == len(NUMBERS.take(99)) == 10
    assert list(NUMBERS.sample([4, 1, 4])) == [4, 1, 4]
    random = NUMBERS.sample(RandomSampler(10))
    assert list(random) == list(random) and sorted(random) == list(range(10))


def test_transform_unpacks_tuples_and_is_lazy() -> None:
    seen = []

    def add(x: int, y: int) -> int:
        seen.append(x)
        return x + y

    data = ArrayDataset([1, 2], [10, 20])
    lazy = data.transform(add)
    assert not seen and lazy[1] == 22 and seen == [2]
    eager = data.transform(add, lazy=False)
    assert seen == [2, 1, 2] and list(eager) == [11, 22] and seen == [2, 1, 2]


def test_transform_first_leaves_the_label() -> None:
    assert list(ArrayDataset([1, 2], [3, 4]).transform_first(lambda x: -x)) == [(-1, 3), (-2, 4)]
    assert list(SimpleDataset([1, 2]).transform_first(lambda x: -x)) == [-1, -2]


def test_views_stack_up() -> None:
    data = NUMBERS.filter(lambda n: n % 2 == 0).transform(lambda n: n * n).take(4).shard(2, 1)
    assert list(data) == [16, 36]


@pytest.mark.parametrize("data", [NUMBERS.take(3), ArrayDataset([1, 2, 3])])
def test_an_index_past_the_end(data: Dataset) -> None:
    with pytest.raises(IndexError):
        data[3]


def test_gather_equals_the_samples_one_by_one() -> None:
    x, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    for data in (ArrayDataset(x, y), ArrayDataset(x, y).take(7), ArrayDataset(x, y).shard(2, 1)):
        rows: Any = data.gather(np.array([3, 0, 3]))
        samples = [data[i] for i in (3, 0, 3)]
        assert rows[0].tolist() == [s[0].tolist() for s in samples]
        assert rows[1].tolist() == [s[1] for s in samples]


def test_what_is_no_array_is_not_gathered() -> None:
    class Doubled(ArrayDataset):
        def __getitem__(self, index: int) -> Any:
            return super().__getitem__(index) * 2

    indices = np.array([0])
    for data in (
        ArrayDataset([1, 2]),
        ArrayDataset(np.array(["a", "b"])),
        ArrayDataset(np.zeros(2)).transform(lambda x: x),
        Doubled(np.zeros(2)),
        NUMBERS,
    ):
        assert data.gather(indices) is None


def test_a_dataset_has_to_be_defined() -> None:
    with pytest.raises(NotImplementedError, match="Dataset does not define __len__"):
        len(Dataset())
