"""The loader: batches, their order, threads, and what is refused."""

import threading
import time
from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
import pytest

import unideep as ud
from unideep.data import ArrayDataset, BatchSampler, DataLoader, SequentialSampler, SimpleDataset
from unideep.data.batchify import AsList
from unideep.errors import CompileError, UniDeepError

X = np.arange(20, dtype="float32").reshape(10, 2)
Y = np.arange(10)


def labels(loader: DataLoader) -> list[list[int]]:
    return [y.tolist() for _, y in loader]


def test_batches_are_lists_of_tensors(backend: str) -> None:
    loader = DataLoader(ArrayDataset(X, Y), batch_size=4)
    batches = list(loader)
    assert len(loader) == len(batches) == 3
    for batch, rows in zip(batches, (slice(0, 4), slice(4, 8), slice(8, 10)), strict=True):
        assert type(batch) is list
        for tensor, source in zip(batch, (X, Y), strict=True):
            assert isinstance(tensor, ud.Tensor) and tensor.backend == backend
            assert tensor.dtype == source.dtype
            assert tensor.device == ud.np.zeros(1).device
            np.testing.assert_array_equal(tensor.asnumpy(), source[rows])


@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "float16", "int64", "int32", "uint8", "bool"]
)
def test_dtypes_are_kept(backend: str, dtype: str) -> None:
    fast = next(iter(DataLoader(X.astype(dtype), 4)))
    slow = next(iter(DataLoader(SimpleDataset(list(X.astype(dtype))), 4)))
    assert fast.dtype == slow.dtype == dtype
    assert fast.tolist() == slow.tolist() == X[:4].astype(dtype).tolist()


@pytest.mark.parametrize("wrap", [lambda a: a, ArrayDataset], ids=["bare", "dataset"])
def test_one_array_gives_bare_tensors(backend: str, wrap: Callable[[Any], Any]) -> None:
    for array in (X, ud.np.array(X), ud.np.array(X[:, 0])):
        batch = next(iter(DataLoader(wrap(array), 4)))
        assert isinstance(batch, ud.Tensor)
        np.testing.assert_array_equal(batch.asnumpy(), np.asarray(array)[:4])


def test_tensors_of_another_backend_are_carried_over(backend: str) -> None:
    with ud.use_backend("numpy"):
        data = ArrayDataset(ud.np.array(X), ud.np.array(Y))
    x, y = next(iter(DataLoader(data, 3)))
    assert x.backend == y.backend == backend
    assert x.tolist() == X[:3].tolist() and y.tolist() == [0, 1, 2]


def test_the_backend_is_the_one_where_the_iteration_starts(backend: str) -> None:
    for workers in (0, 2):
        data = ArrayDataset(X, Y).transform(lambda x, y: (x, y))
        batches = iter(DataLoader(data, 5, num_workers=workers))
        with ud.use_backend("numpy"):
            assert next(batches)[0].backend == backend


def test_a_batch_does_not_share_memory_with_the_data(backend: str) -> None:
    array = X.copy()
    batch = next(iter(DataLoader(array, 10)))
    array[:] = -1
    np.testing.assert_array_equal(batch.asnumpy(), X)


def test_shuffle_takes_every_sample_once_and_anew_at_each_epoch(backend: str) -> None:
    loader = DataLoader(ArrayDataset(X, Y), 4, shuffle=True)
    first, second = labels(loader), labels(loader)
    assert sorted(chain(*first)) == sorted(chain(*second)) == Y.tolist()
    assert first != second


def test_the_seed_reproduces_the_batches(backend: str) -> None:
    """Written down, so that every backend is held to the same order."""
    ud.random.seed(0)
    loader = DataLoader(ArrayDataset(X, Y), 5, shuffle=True)
    slow = DataLoader(ArrayDataset(X, Y).transform(lambda x, y: (x, y)), 5, shuffle=True)
    epochs = [labels(loader), labels(loader)]
    ud.random.seed(0)
    again = DataLoader(ArrayDataset(X, Y), 5, shuffle=True)
    assert [labels(again), labels(again)] == epochs
    assert epochs[0] == [[2, 4, 3, 1, 8], [9, 6, 0, 5, 7]]
    assert labels(slow) != epochs[0], "two loaders shuffle differently"


def test_initialising_a_net_does_not_move_a_loader_made_before(backend: str) -> None:
    loader = DataLoader(ArrayDataset(X, Y), 5, shuffle=True)
    ud.random.next_stream()
    ud.np.random.normal(size=3)
    assert labels(loader) == [[2, 4, 3, 1, 8], [9, 6, 0, 5, 7]]


def test_last_batch() -> None:
    data = ArrayDataset(X, Y)
    sizes = {
        mode: [list(map(len, labels(loader))) for _ in range(2)]
        for mode in ("keep", "discard", "rollover")
        for loader in [DataLoader(data, 4, last_batch=mode)]
    }
    assert sizes["keep"] == [[4, 4, 2], [4, 4, 2]]
    assert sizes["discard"] == [[4, 4], [4, 4]]
    assert sizes["rollover"] == [[4, 4], [4, 4, 4]]


def test_sampler_and_batch_sampler() -> None:
    data = ArrayDataset(X, Y)
    assert labels(DataLoader(data, 2, sampler=[7, 1, 3])) == [[7, 1], [3]]
    batches = BatchSampler(SequentialSampler(4), 3)
    loader = DataLoader(data, batch_sampler=batches)
    assert labels(loader) == [[0, 1, 2], [3]] and len(loader) == 2


def test_views_of_arrays_are_indexed_at_once() -> None:
    data = ArrayDataset(X, Y).filter(lambda sample: sample[1] % 2 == 1).take(4)
    assert labels(DataLoader(data, 3)) == [[1, 3, 5], [7]]


def test_transformed_samples_are_stacked(backend: str) -> None:
    data = ArrayDataset(X, Y).transform_first(lambda x: x * 2)
    x, y = next(iter(DataLoader(data, 3)))
    assert x.tolist() == (X[:3] * 2).tolist() and y.tolist() == [0, 1, 2]
    assert x.dtype == "float32" and y.dtype == "int64" and x.backend == backend


def test_nested_samples_give_nested_lists(backend: str) -> None:
    (a, b), c = next(iter(DataLoader([((1, 2.0), 3), ((4, 5.0), 6)], 2)))
    assert a.tolist() == [1, 4] and b.dtype == "float32" and c.tolist() == [3, 6]


def test_own_batchify_gets_the_samples() -> None:
    assert list(DataLoader(["a", "bc", "d"], 2, batchify_fn=AsList())) == [["a", "bc"], ["d"]]
    x = next(iter(DataLoader(X, 2, batchify_fn=len)))
    assert x == 2


@pytest.mark.parametrize("prefetch", [None, 0, 1, 50])
def test_threads_keep_the_order(backend: str, prefetch: int | None) -> None:
    def slow_first(x: np.ndarray, y: int) -> tuple[np.ndarray, int]:
        time.sleep(0.002 if y < 4 else 0)
        return x, y

    data = ArrayDataset(X, Y).transform(slow_first)
    loader = DataLoader(data, 2, num_workers=3, prefetch=prefetch)
    for _ in range(2):
        batches = list(loader)
        assert [y.tolist() for _, y in batches] == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]
        assert all(x.backend == backend for x, _ in batches)


def test_threads_are_not_used_for_arrays_and_end_with_the_loop() -> None:
    before = threading.active_count()
    batches = iter(DataLoader(ArrayDataset(X, Y), 2, num_workers=2))
    next(batches)
    assert threading.active_count() == before
    threads = []
    data = ArrayDataset(X, Y).transform(
        lambda x, y: threads.append(threading.current_thread()) or y
    )
    for _ in DataLoader(data, 2, num_workers=2):
        break
    assert threads and threads[0] is not threading.main_thread()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


@pytest.mark.parametrize("workers", [0, 2])
def test_an_error_in_the_data_reaches_the_caller(workers: int) -> None:
    data = SimpleDataset([1, 0]).transform(lambda n: 1 // n)
    loader = iter(DataLoader(data, 1, num_workers=workers))
    assert next(loader).tolist() == [1]
    with pytest.raises(ZeroDivisionError):
        next(loader)


def test_a_batch_that_takes_too_long() -> None:
    gate = threading.Event()
    data = SimpleDataset([1]).transform(lambda n: gate.wait(10))
    with pytest.raises(UniDeepError, match=r"(?s)within 0.01 s.*Fix: "):
        next(iter(DataLoader(data, 1, num_workers=1, timeout=0.01)))
    gate.set()


def test_nan_and_inf_pass_through(backend: str) -> None:
    values = np.array([np.nan, np.inf, -np.inf, 1], "float32")
    np.testing.assert_array_equal(next(iter(DataLoader(values, 4))).asnumpy(), values)


def test_an_empty_data_set() -> None:
    assert list(DataLoader(ArrayDataset(X[:0], Y[:0]), 4, shuffle=True)) == []


def test_a_loader_inside_a_compiled_step_is_refused(backend: str) -> None:
    loader = DataLoader(X, 5)

    @ud.compile
    def step(scale: ud.Tensor) -> ud.Tensor:
        return next(iter(loader)).sum() * scale

    with pytest.raises(CompileError, match="reading a batch"):
        step(ud.np.ones(()))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs batch_size or batch_sampler"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"batch_size": 2, "last_batch": "drop"}, "'drop'"),
        ({"batch_size": 2, "shuffle": True, "sampler": [0]}, "sampler excludes shuffle"),
        ({"batch_size": 2, "batch_sampler": [[0]]}, "batch_sampler excludes"),
        ({"last_batch": "keep", "batch_sampler": [[0]]}, "batch_sampler excludes"),
        ({"batch_size": 2, "num_workers": -1}, "num_workers is -1"),
    ],
)
def test_bad_arguments(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UniDeepError, match=message):
        DataLoader(X, **options)
