"""The loader: batches of tensors from a data set, one epoch for each iteration."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

import numpy as np

from unideep import random
from unideep.backend import Backend, current_backend, use_backend
from unideep.data import batchify
from unideep.data.augmentation import batch_stream
from unideep.data.dataset import ArrayDataset, Dataset
from unideep.data.sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler
from unideep.dispatch import as_tensor, forbid_in_capture
from unideep.errors import ArgumentError
from unideep.tensor import Tensor

__all__ = ["DataLoader"]

Batch = tuple[int, list[int]]
"""The number of a batch in its epoch, and the indices of its samples."""


class DataLoader:
    """Iterates over batches; each iteration is an epoch and starts anew.

    A batch is a list of tensors where samples are tuples, else one tensor, on the backend that is
    current when the iteration starts, on its default device. Data in memory (`ArrayDataset` of
    NumPy arrays and tensors) are cut by one indexing operation for each array. Shuffling depends
    on `ud.random.seed` and on the order in which loaders are made, not on the backend.

    Args:
        dataset: A Dataset, an array, a tensor, or anything with a length and an index.
        batch_size: Samples in a batch.
        shuffle: A new order at each epoch.
        sampler: The order; instead of `shuffle`.
        last_batch: "keep" (default), "discard" or "rollover", see `BatchSampler`.
        batch_sampler: The batches as lists of indices; instead of the four above.
        batchify_fn: From a list of samples to a batch; default: stack.
        num_workers: Threads that read samples ahead; 0 reads when asked. Data in memory need
            none. Gluon's processes are threads here: no copies, nothing to pickle.
        prefetch: Batches read ahead by the threads; default 2 for each.
        timeout: Seconds to wait for a batch of the threads.
        pin_memory, pin_device_id, thread_pool, try_nopython: Accepted for Gluon code.

    Raises:
        ArgumentError: arguments that exclude each other or are missing.

    Example:
        >>> data = gluon.data.ArrayDataset(np.zeros((10, 3)), np.arange(10))
        >>> loader = gluon.data.DataLoader(data, batch_size=4, shuffle=True)
        >>> [(x.shape, y.shape) for x, y in loader]
        [((4, 3), (4,)), ((4, 3), (4,)), ((2, 3), (2,))]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = None,
        shuffle: bool = False,
        sampler: Sampler | Iterable[int] | None = None,
        last_batch: str | None = None,
        batch_sampler: Sampler | Iterable[list[int]] | None = None,
        batchify_fn: Callable[[list[Any]], Any] | None = None,
        num_workers: int = 0,
        pin_memory: bool = False,
        pin_device_id: int = 0,
        prefetch: int | None = None,
        thread_pool: bool = False,
        timeout: float = 120,
        try_nopython: bool | None = None,
    ) -> None:
        if num_workers < 0:
            raise ArgumentError(f"num_workers is {num_workers}.", fix="a whole number from 0.")
        is_array = isinstance(dataset, Tensor | np.ndarray)
        self._dataset = ArrayDataset(dataset) if is_array else dataset
        self._batch_sampler = batch_sampler
        if batch_sampler is None:
            self._batch_sampler = _batches(dataset, batch_size, shuffle, sampler, last_batch)
        elif batch_size is not None or shuffle or sampler is not None or last_batch is not None:
            raise ArgumentError(
                "batch_sampler excludes batch_size, shuffle, sampler and last_batch.",
                fix="give either the batch sampler or the others.",
            )
        self._batchify = batchify_fn
        self._workers, self._timeout_s = num_workers, timeout
        self._prefetch = max(1, 2 * num_workers if prefetch is None else prefetch)
        self._opening = self._order()
        self._given = self._skipped = self._draw = 0

    def _order(self) -> dict[str, Any]:
        return getattr(self._batch_sampler, "state_dict", dict)()

    def state_dict(self) -> dict[str, Any]:
        """The place in the data: how the present epoch began, and the batches given since.

        A sampler of one's own that draws its order takes part with the same two methods.
        """
        return {"opening": self._opening, "batches": self._given, "draw": self._draw}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was called: the next iteration is the rest of that epoch."""
        if state["opening"]:
            self._batch_sampler.load_state_dict(state["opening"])  # pyright: ignore
        self._opening, self._skipped = state["opening"], state["batches"]
        self._draw = state["draw"]

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return len(self._batch_sampler)  # pyright: ignore

    def __iter__(self) -> Iterator[Any]:
        return self._epoch(current_backend())

    def _epoch(self, backend: Backend) -> Iterator[Any]:
        assert self._batch_sampler is not None
        self._opening = self._order()
        self._given, self._skipped = self._skipped, 0
        in_memory = self._in_memory()
        if not in_memory and not self._given:
            self._draw = random.next_draw()
        batches = islice(enumerate(self._batch_sampler), self._given, None)
        in_turn = self._read_ahead if self._workers and not in_memory else self._read
        for batch in in_turn(batches, backend):
            self._given += 1
            yield batch
        self._opening, self._given = self._order(), 0

    def _read(self, batches: Iterator[Batch], backend: Backend) -> Iterator[Any]:
        """Batches in order, loaded when they are asked for."""
        for batch in batches:
            forbid_in_capture("reading a batch from a DataLoader")
            yield self._load(batch, backend)

    def _in_memory(self) -> bool:
        if self._batchify is not None or not isinstance(self._dataset, Dataset):
            return False
        return self._dataset.gather(np.zeros(0, "int64")) is not None

    def _load(self, batch: Batch, backend: Backend) -> Any:
        """One batch, by indexing whole arrays or sample by sample."""
        number, indices = batch
        if self._batchify is None and isinstance(self._dataset, Dataset):
            rows = self._dataset.gather(np.asarray(indices, "int64"))
            if rows is not None:
                return _enter(rows, backend)
        with use_backend(backend.name), batch_stream(self._draw, number):
            samples = [self._dataset[i] for i in indices]
            return (self._batchify or batchify.default)(samples)

    def _read_ahead(self, batches: Iterator[Batch], backend: Backend) -> Iterator[Any]:
        """Batches in order, loaded by threads while earlier ones are used."""
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="unideep-loader")
        waiting: deque[Future[Any]] = deque()
        try:
            for batch in islice(batches, self._prefetch):
                waiting.append(pool.submit(self._load, batch, backend))
            while waiting:
                forbid_in_capture("reading a batch from a DataLoader")
                loaded = self._wait(waiting.popleft())
                for batch in islice(batches, 1):
                    waiting.append(pool.submit(self._load, batch, backend))
                yield loaded
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _wait(self, future: Future[Any]) -> Any:
        try:
            return future.result(self._timeout_s)
        except TimeoutError as error:
            if future.done():  # the data set itself raised it
                raise
            raise ArgumentError(
                f"no batch came from the loader's threads within {self._timeout_s} s.",
                fix="a sample takes too long to read: raise timeout, or look for a deadlock with "
                "num_workers=0.",
            ) from error


def _batches(
    dataset: Any,
    batch_size: int | None,
    shuffle: bool,
    sampler: Sampler | Iterable[int] | None,
    last_batch: str | None,
) -> BatchSampler:
    if batch_size is None:
        raise ArgumentError(
            "a DataLoader needs batch_size or batch_sampler.",
            fix="DataLoader(dataset, batch_size=32).",
        )
    if sampler is not None and shuffle:
        raise ArgumentError(
            "sampler excludes shuffle: it decides the order.",
            fix="leave shuffle out, or pass RandomSampler(len(dataset)).",
        )
    if sampler is None:
        sampler = (RandomSampler if shuffle else SequentialSampler)(len(dataset))
    return BatchSampler(sampler, batch_size, last_batch or "keep")


def _enter(rows: Any, backend: Backend) -> Any:
    """Rows as tensors of `backend`, in a list if they came in one."""
    if isinstance(rows, list):
        return [_enter(r, backend) for r in rows]
    if isinstance(rows, Tensor):
        return rows.to_backend(backend.name)
    return as_tensor(rows, backend=backend)
