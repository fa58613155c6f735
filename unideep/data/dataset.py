"""Data sets: anything with a length and samples by index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from unideep.data.sampler import FilterSampler, Sampler, SequentialSampler
from unideep.dtype import as_dtype
from unideep.errors import ArgumentError, DTypeError, ShapeError
from unideep.tensor import Tensor

__all__ = ["ArrayDataset", "Dataset", "SimpleDataset"]

Array = np.ndarray[Any, Any]


class Dataset:
    """Base of data sets: define `__getitem__` and `__len__`.

    A sample is one thing, or a tuple of things such as (image, label).
    """

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not define __getitem__")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} does not define __len__")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def gather(self, indices: Array) -> Any | None:
        """Many samples at once, stacked, if the data lie in memory as arrays; else None.

        Returns:
            An array or tensor, or a list of them where samples are tuples.
        """
        return None

    def filter(self, fn: Callable[[Any], Any]) -> Dataset:
        """The samples for which `fn(sample)` holds."""
        return _Selection(self, list(FilterSampler(fn, self)))

    def shard(self, num_shards: int, index: int) -> Dataset:
        """Part number `index` of `num_shards` consecutive parts that differ by at most one sample.

        Example:
            >>> list(gluon.data.SimpleDataset([1, 2, 3, 4, 5]).shard(2, 1))
            [4, 5]
        """
        if not 0 <= index < num_shards:
            raise ArgumentError(
                f"there is no shard {index} of {num_shards}.",
                fix="index runs from 0 to num_shards - 1.",
            )
        size, rest = divmod(len(self), num_shards)
        start = size * index + min(index, rest)
        return self.sample(SequentialSampler(size + (index < rest), start))

    def take(self, count: int | None) -> Dataset:
        """The first `count` samples; all of them if None or more than there are."""
        size = len(self) if count is None else min(count, len(self))
        return self.sample(SequentialSampler(size))

    def sample(self, sampler: Sampler | Sequence[int]) -> Dataset:
        """The samples at the indices of a sampler, in its order; a random one is asked once."""
        return _Selection(self, list(sampler))

    def transform(self, fn: Callable[..., Any], lazy: bool = True) -> Dataset:
        """The samples as `fn` returns them; a tuple is unpacked into its arguments.

        Args:
            fn: The change.
            lazy: True calls it each time that a sample is read, False once for all, now.

        Example:
            >>> data = gluon.data.ArrayDataset([1, 2], [10, 20])
            >>> list(data.transform(lambda x, y: x + y))
            [11, 22]
        """
        changed = _Transformed(self, fn)
        return changed if lazy else SimpleDataset(list(changed))

    def transform_first(self, fn: Callable[[Any], Any], lazy: bool = True) -> Dataset:
        """`transform` of the first thing in each sample: the image, not the label."""
        return self.transform(_First(fn), lazy)


class SimpleDataset(Dataset):
    """A list, or anything with a length and an index, as a data set."""

    def __init__(self, data: Sequence[Any]) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, index: int) -> Any:
        return self._data[index]


class ArrayDataset(Dataset):
    """Arrays of one length: a sample is a tuple of their rows, or the bare row of a single array.

    NumPy arrays and tensors of any backend stay where they are, and batches are cut from them
    directly. Dtypes are kept: float64 data give float64 batches, so convert them to float32
    first if the net is float32. Tensors of one axis, mostly labels, are read into NumPy once.

    Args:
        *arrays: Arrays, tensors, lists or data sets.

    Raises:
        ShapeError: the lengths differ.

    Example:
        >>> data = gluon.data.ArrayDataset(np.zeros((4, 3)), [0, 1, 2, 3])
        >>> x, y = data[2]
        >>> len(data), x.shape, y
        (4, (3,), 2)
    """

    def __init__(self, *arrays: Any) -> None:
        if not arrays:
            raise ArgumentError("ArrayDataset needs at least one array.")
        lengths = [len(a) for a in arrays]
        if len(set(lengths)) > 1:
            raise ShapeError(
                "the arrays of an ArrayDataset differ in length.",
                got=f"lengths {lengths}",
                fix="give one label for each sample.",
            )
        self._arrays = [_host_if_flat(a) for a in arrays]
        plain = type(self).__getitem__ is ArrayDataset.__getitem__  # a subclass changes samples
        self._in_memory = plain and all(map(_is_numeric, self._arrays))

    def __len__(self) -> int:
        return len(self._arrays[0])

    def __getitem__(self, index: int) -> Any:
        if len(self._arrays) == 1:
            return self._arrays[0][index]
        return tuple(a[index] for a in self._arrays)

    def gather(self, indices: Array) -> Any | None:
        """Rows of the arrays by one indexing operation each; None if one is a plain list."""
        if not self._in_memory:
            return None
        rows = [a[indices] for a in self._arrays]
        return rows if len(rows) > 1 else rows[0]


class _Selection(Dataset):
    """Some samples of another data set."""

    def __init__(self, dataset: Dataset, indices: list[int]) -> None:
        self._dataset, self._indices = dataset, np.asarray(indices, "int64")

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, index: int) -> Any:
        return self._dataset[int(self._indices[index])]

    def gather(self, indices: Array) -> Any | None:
        return self._dataset.gather(self._indices[indices])


class _Transformed(Dataset):
    """The samples of another data set, changed when read."""

    def __init__(self, dataset: Dataset, fn: Callable[..., Any]) -> None:
        self._dataset, self._fn = dataset, fn

    def __len__(self) -> int:
        return len(self._dataset)

    def __getitem__(self, index: int) -> Any:
        sample = self._dataset[index]
        return self._fn(*sample) if isinstance(sample, tuple) else self._fn(sample)


class _First:
    """Applies a function to the first argument. A class, so that it can be pickled."""

    def __init__(self, fn: Callable[[Any], Any]) -> None:
        self._fn = fn

    def __call__(self, first: Any, *rest: Any) -> Any:
        return (self._fn(first), *rest) if rest else self._fn(first)


def _host_if_flat(array: Any) -> Any:
    """Scalars are read one by one: from NumPy that costs 1000 times less than from a device."""
    return array.asnumpy() if isinstance(array, Tensor) and array.ndim == 1 else array


def _is_numeric(array: Any) -> bool:
    if isinstance(array, Tensor):
        return True
    try:
        return isinstance(array, np.ndarray) and bool(as_dtype(array.dtype))
    except DTypeError:
        return False
