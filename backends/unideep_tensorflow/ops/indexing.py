"""Reading and writing parts of a tensor, by NumPy's rules.

A key is a strided slice, and then, where it holds index tensors, a gather or scatter along the axes
that they index. Both halves depend on the key and the shape alone, so each pair is planned once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep.backend import Index, Slice
from unideep_tensorflow.common import UNSIGNED, Tensor, ints
from unideep_tensorflow.spec import EAGER

Key = tuple[Any, ...]
ALL = Slice(None, None, None)


class Plan(NamedTuple):
    """What a key means for one shape.

    Attributes:
        spec: begin, end and strides for each entry.
        masks: The matching masks of the kernels.
        is_all: Whether the slice takes everything.
        shape: The shape of the slice, new axes included.
        axes: Its axes that the index tensors index, in the order of the key.
        sources: For each of them an `Index`, or a number.
        place: Where the axes of the indices go in the result.
    """

    spec: tuple[tuple[int, ...], ...]
    masks: dict[str, int]
    is_all: bool
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    sources: tuple[Index | int, ...]
    place: int

    @property
    def front(self) -> tuple[int, ...]:
        """The order that brings the indexed axes to the front."""
        return (*self.axes, *(i for i in range(len(self.shape)) if i not in self.axes))


@functools.lru_cache(maxsize=4096)
def plan(key: Key, shape: tuple[int, ...]) -> Plan:
    """Plan a key; numbers beside index tensors are index tensors as well."""
    advanced = any(type(k) is Index for k in key)
    entries = _spelled_out(key, len(shape))
    sizes = iter(shape)
    rows = [_row(k, 1 if k is None else next(sizes), advanced) for k in entries]
    kept = [
        (k, row) for k, row in zip(entries, rows, strict=True) if advanced or type(k) is not int
    ]
    axes = tuple(i for i, (k, _) in enumerate(kept) if type(k) in (int, Index))
    sliced = tuple(len(range(*row)) for _, row in kept)
    return Plan(
        spec=tuple(zip(*rows, strict=True)) if rows else ((), (), ()),
        masks={
            "end_mask": _mask(row[1] < 0 for row in rows),
            "new_axis_mask": _mask(k is None for k in entries),
            "shrink_axis_mask": _mask(type(k) is int and not advanced for k in entries),
        },
        is_all=sliced == shape and all(row[2] == 1 for row in rows),
        shape=sliced,
        axes=axes,
        sources=tuple(_inside(k, sliced[i]) if type(k := kept[i][0]) is int else k for i in axes),
        place=_place(key, axes),
    )


def _row(k: Any, n: int, advanced: bool) -> tuple[int, int, int]:
    """begin, end and stride of one entry for an axis of size n."""
    if type(k) is Slice:
        row = slice(*k).indices(n)
        return row if range(*row) else (0, 0, 1)
    if type(k) is int and not advanced:
        return (_inside(k, n), _inside(k, n) + 1, 1)
    return (0, n, 1)


def _mask(bits: Iterable[bool]) -> int:
    return sum(1 << i for i, bit in enumerate(bits) if bit)


def _spelled_out(key: Key, ndim: int) -> list[Any]:
    """The key with a slice for each axis that it leaves out."""
    missing = ndim - sum(k is not None and k is not Ellipsis for k in key)
    if missing < 0:
        raise IndexError(f"too many indices: {ndim - missing} for {ndim} dimensions")
    if Ellipsis not in key:
        return [*key, *[ALL] * missing]
    i = key.index(Ellipsis)
    return [*key[:i], *[ALL] * missing, *key[i + 1 :]]


def _inside(i: int, n: int) -> int:
    if not -n <= i < n:
        raise IndexError(f"index {i} is out of bounds for an axis of size {n}")
    return i % n


def _place(key: Key, axes: tuple[int, ...]) -> int:
    """In place of adjacent index tensors, else in front."""
    entries = [i for i, k in enumerate(key) if type(k) in (int, Index)]
    adjacent = bool(axes) and entries[-1] - entries[0] == len(entries) - 1
    return axes[0] if adjacent else 0


def _sliced(x: Tensor, p: Plan) -> Tensor:
    if p.is_all:
        return raw.Identity(input=x)
    begin, end, strides = map(ints, p.spec)
    return raw.StridedSlice(input=x, begin=begin, end=end, strides=strides, **p.masks)


@functools.lru_cache(maxsize=4096)
def _ground(n: int) -> np.ndarray:
    """An array of size n without memory, for NumPy to find an index that is out of range."""
    return np.broadcast_to(np.False_, (n,))


def _inside_axis(i: Tensor, n: int) -> Tensor:
    """An index tensor counted from the front.

    Eagerly NumPy looks at it, which takes 2 microseconds; three operations take 20, and kernels of
    accelerators let an index out of range pass. A graph knows no values.
    """
    if type(i) is EAGER:
        values = i.numpy()
        _ground(n)[values]
        if values.size and values.min() < 0:
            return tf.constant(np.where(values < 0, values + n, values).astype(np.int64))
        return i if i.dtype in (tf.int64, tf.int32) else tf.constant(values.astype(np.int64))
    signed = i.dtype not in UNSIGNED
    i = i if i.dtype in (tf.int64, tf.int32) else tf.cast(i, tf.int64)
    return tf.where(i < 0, i + n, i) if signed else i


def _grid(p: Plan, indices: list[Tensor]) -> tuple[Tensor, tuple[int, ...]]:
    """All positions as rows, and the shape to which the index tensors broadcast."""
    found = [
        _inside_axis(indices[source.position], p.shape[axis]) if isinstance(source, Index)
        else np.array(source)
        for axis, source in zip(p.axes, p.sources, strict=True)
    ]  # fmt: skip
    try:
        shape = np.broadcast_shapes(*(tuple(i.shape) for i in found))
    except ValueError as error:
        raise IndexError(f"the index tensors do not broadcast: {error}") from error
    if all(type(i) is EAGER or isinstance(i, np.ndarray) for i in found):
        rows = np.empty((*shape, len(found)), np.int64)
        for k, i in enumerate(found):
            rows[..., k] = i if isinstance(i, np.ndarray) else i.numpy()
        return tf.constant(rows), shape
    return tf.stack([tf.broadcast_to(tf.cast(i, tf.int64), shape) for i in found], -1), shape


def _order(p: Plan, n: int) -> list[int]:
    """The order that brings n axes of indices from the front to their place."""
    rest = list(range(n, n + len(p.shape) - len(p.axes)))
    return [*rest[: p.place], *range(n), *rest[p.place :]]


def _result_shape(p: Plan, grid: tuple[int, ...]) -> list[int]:
    rest = [n for i, n in enumerate(p.shape) if i not in p.axes]
    return [(*grid, *rest)[i] for i in _order(p, len(grid))]


def getitem(x: Tensor, indices: list[Tensor], *, key: Key) -> Tensor:
    """x[key]."""
    p = plan(key, tuple(x.shape.as_list()))
    if not p.axes:
        return _sliced(x, p)
    part = x if p.is_all else _sliced(x, p)
    if len(p.axes) == 1:
        axis = p.axes[0]
        i = _inside_axis(indices[0], p.shape[axis])
        return raw.GatherV2(params=part, indices=i, axis=ints(axis))
    rows, grid = _grid(p, indices)
    if 0 in p.shape:  # the kernel refuses
        return tf.zeros(_result_shape(p, grid), x.dtype)
    found = raw.GatherNd(params=_permuted(part, p.front), indices=rows)
    return _permuted(found, _order(p, len(grid)))


def setitem(x: Tensor, value: Tensor, indices: list[Tensor], *, key: Key) -> Tensor:
    """A copy of x with x[key] = value."""
    return _written(x, value, indices, key, raw.TensorScatterUpdate)


def add_at(x: Tensor, value: Tensor, indices: list[Tensor], *, key: Key) -> Tensor:
    """A copy of x with value added at x[key]."""
    if not indices:
        return setitem(x, getitem(x, indices, key=key) + value, indices, key=key)
    return _written(x, value, indices, key, raw.TensorScatterAdd)


def _written(
    x: Tensor, value: Tensor, indices: list[Tensor], key: Key, scatter: Callable[..., Tensor]
) -> Tensor:
    shape = tuple(x.shape.as_list())
    p, bare = plan(key, shape), plan(tuple(k for k in key if k is not None), shape)
    if not p.axes:
        part = tf.reshape(tf.broadcast_to(value, p.shape), bare.shape)
        return _replaced(x, bare, part)
    rows, grid = _grid(p, indices)
    value = tf.broadcast_to(value, _result_shape(p, grid))
    if 0 in value.shape:  # the kernels refuse
        return raw.Identity(input=x)
    target = _permuted(_sliced(x, bare), bare.front)
    updates = _permuted(value, _inverse(_order(p, len(grid))))
    updates = tf.reshape(updates, (-1, *target.shape[len(p.axes) :]))
    rows = tf.reshape(rows, (-1, len(p.axes)))
    target = scatter(tensor=target, indices=rows, updates=updates)
    return _replaced(x, bare, _permuted(target, _inverse(bare.front)))


def _replaced(x: Tensor, p: Plan, part: Tensor) -> Tensor:
    """x with `part` where the slice of the plan is."""
    if p.is_all and p.axes:
        return part
    begin, end, strides = map(ints, p.spec)
    return raw.TensorStridedSliceUpdate(
        input=x, begin=begin, end=end, strides=strides, value=part, **p.masks
    )


def _permuted(x: Tensor, order: Any) -> Tensor:
    return x if list(order) == sorted(order) else raw.Transpose(x=x, perm=ints(tuple(order)))


def _inverse(order: Any) -> tuple[int, ...]:
    return tuple(sorted(range(len(order)), key=order.__getitem__))


def take_along_axis(x: Tensor, indices: Tensor, *, axis: int) -> Tensor:
    """x at positions that vary along an axis: a gather along the last one, batched by the rest."""
    i = _inside_axis(indices, x.shape[axis])
    rank = len(x.shape)
    order = (*(k for k in range(rank) if k != axis), axis)
    x, i = _permuted(x, order), _permuted(i, order)
    batch = np.broadcast_shapes(tuple(x.shape[:-1]), tuple(i.shape[:-1]))
    x = x if tuple(x.shape[:-1]) == batch else tf.broadcast_to(x, (*batch, x.shape[-1]))
    i = i if tuple(i.shape[:-1]) == batch else tf.broadcast_to(i, (*batch, i.shape[-1]))
    found = raw.GatherV2(params=x, indices=i, axis=ints(rank - 1), batch_dims=rank - 1)
    return _permuted(found, _inverse(order))


OPS = {
    "getitem": getitem,
    "setitem": setitem,
    "add_at": add_at,
    "take_along_axis": take_along_axis,
}
