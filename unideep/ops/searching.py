"""Where things are: positions of extremes, of what is not zero, in a sorted sequence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.canonical import Axis
from unideep.dispatch import as_tensor, execute, forbid_in_capture
from unideep.errors import ArgumentError, ShapeError, check_one_of
from unideep.op import OPS, primitive
from unideep.tensor import Tensor

__all__ = [
    "argmax", "argmin", "argwhere", "choose", "compress", "digitize", "extract", "flatnonzero",
    "nanargmax", "nanargmin", "nonzero", "searchsorted", "select",
]  # fmt: skip


def argmax(x: Any, /, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The position of the first largest element, int64; in the flat tensor if axis is None.

    The first NaN is the largest.
    """
    return _position(arg_largest, x, axis, keepdims)


def argmin(x: Any, /, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The position of the first smallest element, int64; in the flat tensor if axis is None.

    The first NaN is the smallest.
    """
    return _position(arg_smallest, x, axis, keepdims)


def nanargmax(x: Any, axis: int | None = None) -> Tensor:
    """`argmax` of what is no NaN; 0 where nothing is."""
    x = as_tensor(x)
    return argmax(ops.where(ops.isnan(x), -math.inf, x), axis)


def nanargmin(x: Any, axis: int | None = None) -> Tensor:
    """`argmin` of what is no NaN; 0 where nothing is."""
    x = as_tensor(x)
    return argmin(ops.where(ops.isnan(x), math.inf, x), axis)


def _position(find: Any, x: Any, axis: int | None, keepdims: bool) -> Tensor:
    x = as_tensor(x)
    if axis is not None and x.ndim:
        found = find(x, axis)
        return ops.expand_dims(found, axis) if keepdims else found
    found = find(ops.reshape(x, (-1,)), 0)
    return ops.reshape(found, (1,) * x.ndim) if keepdims else found


@primitive()
def arg_largest(x: Tensor, /, axis: Axis) -> Tensor:
    """The position of the first largest element along one axis, int64."""


@primitive()
def arg_smallest(x: Tensor, /, axis: Axis) -> Tensor:
    """The position of the first smallest element along one axis, int64."""


# What is not zero: how much there is depends on the values


def nonzero(x: Any, /) -> tuple[Tensor, ...]:
    """The positions of what is not zero: for each axis a vector of int64, in row-major order.

    Raises:
        CompileError: in a compiled step, which has to know all shapes. `where` works there.
    """
    x = as_tensor(x)
    if not x.ndim:
        raise ShapeError("a 0-d tensor has no positions.", fix="use np.atleast_1d(x).")
    forbid_in_capture("the number of elements that are not zero")
    return execute(_PLACES, (x,), {})


@primitive()
def places(x: Tensor, /) -> tuple[Tensor, ...]:
    """The positions of what is not zero, one vector of int64 for each axis."""


_PLACES = OPS["places"]  # called as it is: the short way to a unary op wraps one result


def flatnonzero(x: Any, /) -> Tensor:
    """The positions of what is not zero in the flat tensor."""
    return nonzero(ops.ravel(x))[0]


def argwhere(x: Any, /) -> Tensor:
    """The positions of what is not zero, one a row."""
    x = as_tensor(x)
    if not x.ndim:
        return ops.zeros((int(bool(x)), 0), "int64")
    return ops.stack(nonzero(x), axis=-1)


def extract(condition: Any, x: Any) -> Tensor:
    """The elements of the flat x where the condition holds."""
    return ops.take(ops.ravel(x), flatnonzero(condition), 0)


def compress(condition: Any, x: Any, axis: int | None = None) -> Tensor:
    """The slices along an axis for which a vector of conditions holds."""
    return ops.take(x, flatnonzero(condition), axis)


# Choices


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Tensor:
    """For each element the first choice whose condition holds, else the default."""
    if len(condlist) != len(choicelist) or not condlist:
        raise ArgumentError("select takes as many choices as conditions, one or more.")
    chosen = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        chosen = ops.where(condition, choice, chosen)
    return chosen


def choose(x: Any, choices: Any) -> Tensor:
    """For each element i of x the element of choices[i] at its place."""
    x, *options = ops.broadcast_arrays(x, *choices)
    return ops.take_along_axis(ops.stack(options), x[None], 0)[0]


# In a sorted sequence


def searchsorted(x1: Any, x2: Any, /, side: str = "left", sorter: Any = None) -> Tensor:
    """Where to insert the elements of x2 into the sorted vector x1 so that it stays sorted, int64.

    Args:
        side: Before ("left") or behind ("right") the elements that are equal.
        sorter: The positions that sort x1, if it is not sorted.
    """
    check_one_of("side", side, ("left", "right"))
    x1 = as_tensor(x1, backend=x2._backend if isinstance(x2, Tensor) else None)
    x2 = as_tensor(x2, backend=x1._backend)
    if x1.ndim != 1:
        raise ShapeError("searchsorted takes a sorted vector.", got=f"{x1.shape}")
    return insertion(x1 if sorter is None else ops.take(x1, sorter, 0), x2, side == "right")


@primitive()
def insertion(x: Tensor, y: Tensor, /, right: bool) -> Tensor:
    """Where the elements of y go in the sorted vector x, int64."""


def digitize(x: Any, bins: Any, right: bool = False) -> Tensor:
    """The number of the bin for each element; the edges of the bins rise or fall.

    bins[i - 1] <= x < bins[i], or with `right` bins[i - 1] < x <= bins[i], where they rise.
    """
    bins = as_tensor(bins, backend=x._backend if isinstance(x, Tensor) else None)
    if not bins.shape[0]:
        return searchsorted(bins, x)
    side = "left" if right else "right"
    rising = searchsorted(bins, x, side)
    falling = bins.shape[0] - searchsorted(ops.flip(bins), x, side)
    return ops.where(ops.less_equal(bins[0], bins[-1]), rising, falling)
