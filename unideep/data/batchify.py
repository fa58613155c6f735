"""Batchify functions: from a list of samples to one batch of tensors on the current backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unideep import ops
from unideep.backend import current_backend
from unideep.dispatch import as_tensor
from unideep.dtype import DTypeLike, as_dtype
from unideep.errors import ArgumentError, DTypeError, ShapeError
from unideep.tensor import Tensor

__all__ = ["Append", "AsList", "Group", "Pad", "Stack", "default"]

Array = np.ndarray[Any, Any]


class Stack:
    """Samples of one shape along a new first axis.

    Tensors and NumPy arrays keep their dtype; Python floats become float32, ints int64.

    Shape:
        n samples (...) -> (n, ...).

    Raises:
        ShapeError: the samples differ in shape.

    Example:
        >>> gluon.data.batchify.Stack()([[1, 2], [3, 4]]).shape
        (2, 2)
    """

    def __call__(self, data: Sequence[Any]) -> Tensor:
        shapes = {np.shape(sample) for sample in data}
        if len(shapes) != 1:
            raise ShapeError(
                "samples of different shapes cannot be stacked.",
                got=f"shapes {sorted(shapes)}",
                fix="use batchify.Pad(), which fills up to the largest, or transform the data set.",
            )
        if isinstance(data[0], Tensor):
            return ops.stack(list(data)).to_backend(current_backend().name)
        if hasattr(data[0], "__array__"):
            return as_tensor(np.stack([_host(sample) for sample in data]))
        return as_tensor(_host(list(data)))


class Pad:
    """Samples of different sizes, filled up to the largest on every axis, stacked.

    Args:
        val: What to fill with; default 0.
        dtype: Of the batch; default: as the samples.
        round_to: Round the sizes up to a multiple of this: fewer shapes to compile for.

    Shape:
        n samples (a_i, b_i, ...) -> (n, max a_i, max b_i, ...).

    Example:
        >>> gluon.data.batchify.Pad(val=-1)([[1, 2, 3], [4]]).tolist()
        [[1, 2, 3], [4, -1, -1]]
    """

    def __init__(
        self, val: float | None = None, dtype: DTypeLike | None = None, round_to: int | None = None
    ) -> None:
        if round_to is not None and round_to < 1:
            raise ArgumentError(f"round_to is {round_to}.", fix="a whole number from 1, or None.")
        self._val = 0 if val is None else val
        self._dtype, self._round_to = dtype, round_to or 1

    def __call__(self, data: Sequence[Any]) -> Tensor:
        arrays = [_host(sample) for sample in data]
        if len({a.ndim for a in arrays}) != 1:
            raise ShapeError(
                "samples with different numbers of axes cannot be padded.",
                got=f"shapes {sorted({a.shape for a in arrays})}",
            )
        largest = np.max([a.shape for a in arrays], axis=0)
        sizes = [-(-int(size) // self._round_to) * self._round_to for size in largest]
        dtype = arrays[0].dtype if self._dtype is None else as_dtype(self._dtype).numpy
        batch = np.full((len(arrays), *sizes), self._val, dtype)
        for row, array in zip(batch, arrays, strict=True):
            row[tuple(map(slice, array.shape))] = array
        return as_tensor(batch)


class Append:
    """A list with one tensor for each sample, of whatever shapes.

    Args:
        expand: Give each a batch axis of size 1.
        batch_axis: Where that axis stands.
    """

    def __init__(self, expand: bool = True, batch_axis: int = 0) -> None:
        self._expand, self._batch_axis = expand, batch_axis

    def __call__(self, data: Sequence[Any]) -> list[Tensor]:
        tensors = [as_tensor(_host(sample)) for sample in data]
        return [ops.expand_dims(t, self._batch_axis) for t in tensors] if self._expand else tensors


class Group:
    """One batchify function for each thing in a sample.

    Args:
        fn: The function for the first thing, or the list of all functions.
        *fns: Those for the others.

    Example:
        >>> batchify = gluon.data.batchify
        >>> x, y = batchify.Group(batchify.Pad(), batchify.Stack())([([1, 2], 0), ([3], 1)])
        >>> x.shape, y.shape
        ((2, 2), (2,))
    """

    def __init__(self, fn: Callable[..., Any] | Sequence[Callable[..., Any]], *fns: Any) -> None:
        self._fns = (*fn, *fns) if isinstance(fn, Sequence) else (fn, *fns)

    def __call__(self, data: Sequence[Sequence[Any]]) -> list[Any]:
        if len(data[0]) != len(self._fns):
            raise ShapeError(
                f"Group has {len(self._fns)} functions and a sample has {len(data[0])} things.",
                fix="give one function for each thing in a sample.",
            )
        columns = zip(*data, strict=True)
        return [fn(list(column)) for fn, column in zip(self._fns, columns, strict=True)]


class AsList:
    """The samples as they are, in a list: for text and other things that are no numbers."""

    def __call__(self, data: Sequence[Any]) -> list[Any]:
        return list(data)


_stack = Stack()


def default(data: Sequence[Any]) -> Any:
    """What a loader does by itself: stacks, each thing in a tuple for itself."""
    if isinstance(data[0], tuple):
        return [default(column) for column in zip(*data, strict=True)]
    return _stack(data)


def _host(sample: Any) -> Array:
    """A sample as a NumPy array; Python floats are float32, as everywhere."""
    if isinstance(sample, Tensor):
        return sample.asnumpy()
    array = np.asarray(sample)
    if array.dtype.kind in "USOMm":
        raise DTypeError(
            "a tensor holds numbers.",
            got=f"{sample!r:.60}",
            fix="use batchify.AsList() for this part of a sample, or transform the data set.",
        )
    own = hasattr(sample, "__array__")
    return array.astype("float32") if array.dtype == "float64" and not own else array
