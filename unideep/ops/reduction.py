"""Reductions over axes, and running ones. `axis` is an int, several, or None for all."""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.canonical import Axes, Axis, DTypeAttr, axis as _axis
from unideep.dispatch import as_tensor
from unideep.dtype import DType, DTypeLike, as_dtype, int64, uint64
from unideep.errors import ShapeError
from unideep.op import composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "all", "any", "count_nonzero", "cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "max",
    "mean", "min", "prod", "sum",
]  # fmt: skip


def _spread(y: Tensor, x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    """A reduced tensor back in the shape of x."""
    if not keepdims:
        y = ops.reshape(y, tuple(1 if i in axis else n for i, n in enumerate(x.shape)))
    return ops.broadcast_to(y, x.shape)


def count(x: Tensor, axis: Any) -> int:
    """How many elements each result is made of."""
    return math.prod(x.shape[i] for i in axis)


# Sums and products


@primitive(
    lambda g, y, x, *, axis, keepdims, dtype: _spread(g.astype(x.dtype, False), x, axis, keepdims)
)
def sum(x: Tensor, /, axis: Axes = None, keepdims: bool = False, dtype: DTypeAttr = None) -> Tensor:
    """The sum. Integers and booleans add up in 64 bits if no dtype is given."""


@primitive(
    lambda g, y, x, *, axis, keepdims: _spread(g, x, axis, keepdims) / count(x, axis),
    to_float=True,
)
def mean(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The mean; of nothing it is NaN."""


def _prod_gradient(
    g: Tensor, y: Tensor, x: Tensor, *, axis: Any, keepdims: bool, dtype: Any
) -> Tensor:
    """g times the product of the other elements."""
    x, own = x.astype(y.dtype, False), x.dtype
    last = tuple(i for i in range(x.ndim) if i not in axis) + axis
    rows = ops.reshape(ops.permute_dims(x, last), (-1, count(x, axis)))
    line = ops.iota(x, length=rows.shape[1], dtype="int64")
    others = ops.where(ops.equal(line[:, None], line), 1.0, rows[:, None, :])
    product = prod(others, axis=2)
    shape = tuple(x.shape[i] for i in last)
    back = tuple(last.index(i) for i in range(x.ndim))
    found = ops.permute_dims(ops.reshape(product, shape), back)
    return (_spread(g, x, axis, keepdims) * found).astype(own, False)


@primitive(_prod_gradient)
def prod(
    x: Tensor, /, axis: Axes = None, keepdims: bool = False, dtype: DTypeAttr = None
) -> Tensor:
    """The product, in 64 bits for integers. The gradient is exact where elements are zero."""


@composite()
def count_nonzero(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """How many elements are not zero, int64."""
    return sum(ops.not_equal(x, 0) if x.dtype.kind != "b" else x, axis, keepdims)


# Extremes and truth


def _extreme_gradient(g: Tensor, y: Tensor, x: Tensor, *, axis: Any, keepdims: bool) -> Tensor:
    chosen = ops.equal(x, _spread(y, x, axis, keepdims)).astype(g.dtype)
    return _spread(g, x, axis, keepdims) * chosen / sum(chosen, axis=axis, keepdims=True)


@primitive(_extreme_gradient)
def max(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The largest element, NaN if there is one. Equal ones share the gradient evenly.

    Raises:
        ValueError: the largest of nothing.
    """


@primitive(_extreme_gradient)
def min(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The smallest element, NaN if there is one. Equal ones share the gradient evenly.

    Raises:
        ValueError: the smallest of nothing.
    """


@primitive()
def any(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Whether any element is not zero."""


@primitive()
def all(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Whether no element is zero."""


# Running


def cumsum(x: Any, /, axis: int | None = None, dtype: DTypeLike | None = None) -> Tensor:
    """The running sum along an axis; of the flat tensor if axis is None."""
    return _running(running_sum, x, axis, dtype)


def cumprod(x: Any, /, axis: int | None = None, dtype: DTypeLike | None = None) -> Tensor:
    """The running product along an axis; of the flat tensor if axis is None."""
    return _running(running_product, x, axis, dtype)


def cumulative_sum(
    x: Any, /, axis: int | None = None, dtype: DTypeLike | None = None,
    include_initial: bool = False,
) -> Tensor:  # fmt: skip
    """The running sum, with a zero in front if wanted. Only a vector needs no axis."""
    return _standard(running_sum, x, axis, dtype, 0 if include_initial else None)


def cumulative_prod(
    x: Any, /, axis: int | None = None, dtype: DTypeLike | None = None,
    include_initial: bool = False,
) -> Tensor:  # fmt: skip
    """The running product, with a one in front if wanted. Only a vector needs no axis.

    Gradient: exact where elements are zero.
    """
    return _standard(running_product, x, axis, dtype, 1 if include_initial else None)


def _standard(run: Any, x: Any, axis: int | None, dtype: Any, initial: int | None) -> Tensor:
    x = as_tensor(x)
    if axis is None and x.ndim > 1:
        raise ShapeError(f"x has {x.ndim} axes: name one.", fix="pass axis=.")
    y = _running(run, x, axis, dtype)
    if initial is None:
        return y
    axis = _axis(axis or 0, y.ndim)
    front = ops.full((*y.shape[:axis], 1, *y.shape[axis + 1 :]), initial, y.dtype, device=y.device)
    return ops.concat([front, y], axis)


def _running(run: Any, x: Any, axis: int | None, dtype: Any) -> Tensor:
    x = as_tensor(x)
    x = ops.astype(x, _wide(x.dtype) if dtype is None else dtype, False)
    return run(ops.ravel(x), 0) if axis is None or not x.ndim else run(x, axis)


def _wide(dtype: DType) -> DType:
    """The dtype in which integers add up."""
    return {"b": int64, "i": int64, "u": uint64}.get(dtype.kind, as_dtype(dtype))


@primitive(lambda g, y, x, *, axis: ops.flip(running_sum(ops.flip(g, axis), axis), axis))
def running_sum(x: Tensor, /, axis: Axis) -> Tensor:
    """The running sum along one axis."""


@composite()
def running_product(x: Tensor, /, axis: Axis) -> Tensor:
    """The running product along one axis.

    In log2(n) steps of products alone, so that the gradient needs no division by elements.
    """
    n, reach = x.shape[axis], 1
    while reach < n:
        first, rest = ops.split(x, [reach], axis)
        x = ops.concat([first, rest * ops.split(x, [n - reach], axis)[0]], axis)
        reach *= 2
    return x
