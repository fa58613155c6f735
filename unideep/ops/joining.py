"""Several tensors into one, and one into several."""

from __future__ import annotations

import builtins
import itertools
import operator
from collections.abc import Sequence
from typing import Any

import numpy as _np

from unideep import ops
from unideep.canonical import Axis, axis as _axis
from unideep.dispatch import as_tensor
from unideep.errors import ShapeError
from unideep.op import composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "append", "array_split", "column_stack", "concat", "delete", "dsplit", "dstack", "hsplit",
    "hstack", "insert", "split", "stack", "unstack", "vsplit", "vstack",
]  # fmt: skip


# Joining


def concat(xs: Sequence[Any], /, axis: int | None = 0) -> Tensor:
    """Tensors one after the other along an existing axis; flattened first if axis is None."""
    if axis is None:
        return join([ops.ravel(x) for x in xs], 0)
    return join(xs, axis)


def _join_gradient(g: Tensor, y: Tensor, xs: Sequence[Tensor], *, axis: int) -> Sequence[Tensor]:
    ends = tuple(itertools.accumulate(x.shape[axis] for x in xs))
    return cut(g, ends, axis)


@primitive(_join_gradient)
def join(xs: Sequence[Tensor], /, axis: Axis) -> Tensor:
    """Tensors one after the other along an existing axis."""


@composite()
def stack(xs: Sequence[Tensor], /, axis: int = 0) -> Tensor:
    """Tensors of one shape along a new axis."""
    return join([ops.expand_dims(x, axis) for x in xs], axis)


def vstack(xs: Sequence[Any], /) -> Tensor:
    """Tensors below one another: vectors are rows."""
    return concat([ops.atleast_2d(x) for x in xs], 0)


def hstack(xs: Sequence[Any], /) -> Tensor:
    """Tensors side by side: along the second axis, vectors along their only one."""
    parts = [ops.atleast_1d(x) for x in xs]
    return concat(parts, 0 if parts[0].ndim == 1 else 1)


def dstack(xs: Sequence[Any], /) -> Tensor:
    """Tensors behind one another: along the third axis."""
    return concat([ops.atleast_3d(x) for x in xs], 2)


def column_stack(xs: Sequence[Any], /) -> Tensor:
    """Vectors as the columns of a matrix; matrices side by side."""
    tensors = [as_tensor(x) for x in xs]
    return concat([t if t.ndim > 1 else ops.reshape(t, (-1, 1)) for t in tensors], 1)


def append(x: Any, values: Any, axis: int | None = None) -> Tensor:
    """x and then `values` along an axis; both flattened if axis is None."""
    return concat([as_tensor(x), values], axis)


# Taking apart


@composite()
def cut(x: Tensor, /, ends: Any, axis: Axis) -> tuple[Tensor, ...]:
    """The parts along an axis that end before each of `ends`, which grow up to its size."""
    before = (slice(None),) * axis
    return tuple(x[(*before, slice(a, b))] for a, b in itertools.pairwise((0, *ends)))


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """Parts along an axis: an int gives that many equal parts, a list says where to cut.

    Raises:
        ShapeError: the axis does not divide into that many parts.

    Example:
        >>> from unideep import np
        >>> [part.tolist() for part in np.split(np.arange(5), [1, 3])]
        [[0], [1, 2], [3, 4]]
    """
    x = as_tensor(x)
    axis = _axis(axis, x.ndim)
    n, parts = x.shape[axis], indices_or_sections
    if isinstance(parts, int) and (parts < 1 or n % parts):
        raise ShapeError(
            f"axis {axis} of size {n} does not divide into {parts} parts.",
            fix="give a divisor of the size, or a list of places to cut.",
        )
    return array_split(x, parts, axis)


def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """As `split`; where the axis does not divide, the first parts are larger by one."""
    x = as_tensor(x)
    axis = _axis(axis, x.ndim)
    n = x.shape[axis]
    if not isinstance(indices_or_sections, int):
        return _between(x, [*map(operator.index, indices_or_sections), n], axis)
    if indices_or_sections < 1:
        raise ShapeError("a tensor is split into one part or more.")
    size, larger = divmod(n, indices_or_sections)
    sizes = (size + (i < larger) for i in range(indices_or_sections))
    return list(cut(x, tuple(itertools.accumulate(sizes)), axis))


def _between(x: Tensor, ends: list[int], axis: int) -> list[Tensor]:
    """Parts between places that may lie anywhere, as the ends of slices may."""
    n, before = ends[-1], (slice(None),) * axis
    if ends == sorted(ends) and ends[0] >= 0 and ends[-1] <= n:
        return list(cut(x, tuple(ends), axis))
    return [x[(*before, slice(a, b))] for a, b in itertools.pairwise((0, *ends))]


def hsplit(x: Any, indices_or_sections: Any) -> list[Tensor]:
    """`split` along the second axis, of a vector along its only one."""
    x = as_tensor(x)
    return split(x, indices_or_sections, 0 if x.ndim == 1 else 1)


def vsplit(x: Any, indices_or_sections: Any) -> list[Tensor]:
    """`split` along the first axis, of two or more."""
    return split(_of(x, 2), indices_or_sections, 0)


def dsplit(x: Any, indices_or_sections: Any) -> list[Tensor]:
    """`split` along the third axis."""
    return split(_of(x, 3), indices_or_sections, 2)


def _of(x: Any, ndim: int) -> Tensor:
    x = as_tensor(x)
    if x.ndim < ndim:
        raise ShapeError(f"only tensors of {ndim} or more axes split so.", got=f"{x.shape}")
    return x


@composite()
def unstack(x: Tensor, /, axis: Axis = 0) -> tuple[Tensor, ...]:
    """The slices along an axis, without it."""
    if not x.ndim:
        raise ShapeError("a 0-d tensor has no axis to unstack.")
    before = (slice(None),) * axis
    return tuple(x[(*before, i)] for i in range(x.shape[axis]))


def delete(x: Any, obj: Any, axis: int | None = None) -> Tensor:
    """x without the slices at `obj` (int, slice, list, mask); flattened first if axis is None."""
    x = as_tensor(x)
    if axis is None:
        x, axis = ops.ravel(x), 0
    axis = _axis(axis, x.ndim)
    kept = _np.delete(_np.arange(x.shape[axis]), _plain(obj))
    return ops.take(x, as_tensor(kept, backend=x._backend), axis)


def insert(x: Any, obj: Any, values: Any, axis: int | None = None) -> Tensor:
    """x with `values` before the places `obj` of x; flattened first if axis is None."""
    x = as_tensor(x)
    if axis is None:
        x, axis = ops.ravel(x), 0
    axis = _axis(axis, x.ndim)
    values = as_tensor(values, backend=x._backend).astype(x.dtype, copy=False)
    if isinstance(obj, int):  # one place takes all the values, whose first axis is `axis`
        values = ops.reshape(values, (1,) * (x.ndim - values.ndim) + values.shape)
        values = ops.moveaxis(values, 0, axis)
        obj = [obj] * values.shape[axis]
    line = _np.insert(_np.arange(x.shape[axis]), _plain(obj), -1)
    wide = ops.take(x, as_tensor(_np.maximum(line, 0), backend=x._backend), axis)
    before = (builtins.slice(None),) * axis
    return ops.index_set(wide, (*before, _np.flatnonzero(line < 0)), values)


def _plain(obj: Any) -> Any:
    return obj.asnumpy() if isinstance(obj, Tensor) else obj
