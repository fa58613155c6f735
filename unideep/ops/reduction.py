"""Reductions over axes. `axis` is an int, several, or None for all."""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.canonical import Axes, Axis
from unideep.op import composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "all", "any", "argmax", "argmin", "cumsum", "max", "mean", "min", "prod", "std", "sum", "var",
]  # fmt: skip


def _spread(y: Tensor, x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    """A reduced tensor back in the shape of x."""
    if not keepdims:
        y = ops.reshape(y, tuple(1 if i in axis else n for i, n in enumerate(x.shape)))
    return ops.broadcast_to(y, x.shape)


def _count(x: Tensor, axis: tuple[int, ...]) -> int:
    return math.prod(x.shape[i] for i in axis)


@primitive(lambda g, y, x, *, axis, keepdims: _spread(g, x, axis, keepdims))
def sum(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The sum. Booleans are counted: int64."""


@primitive(
    lambda g, y, x, *, axis, keepdims: _spread(g, x, axis, keepdims) / _count(x, axis),
    to_float=True,
)
def mean(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The mean; of nothing it is NaN."""


def _prod_gradient(g: Tensor, y: Tensor, x: Tensor, *, axis: Any, keepdims: bool) -> Tensor:
    """g times the product of the other elements, exact where elements are zero."""
    last = tuple(i for i in range(x.ndim) if i not in axis) + axis
    rows = ops.reshape(ops.permute_dims(x, last), (-1, _count(x, axis)))
    line = ops.iota(x, length=rows.shape[1], dtype="int64")
    others = ops.where(ops.equal(line[:, None], line), 1.0, rows[:, None, :])
    product = ops.prod(others, axis=2)
    shape = tuple(x.shape[i] for i in last)
    back = tuple(last.index(i) for i in range(x.ndim))
    return _spread(g, x, axis, keepdims) * ops.permute_dims(ops.reshape(product, shape), back)


@primitive(_prod_gradient)
def prod(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The product."""


def _extreme_gradient(g: Tensor, y: Tensor, x: Tensor, *, axis: Any, keepdims: bool) -> Tensor:
    chosen = ops.equal(x, _spread(y, x, axis, keepdims)).astype(g.dtype)
    return _spread(g, x, axis, keepdims) * chosen / sum(chosen, axis=axis, keepdims=True)


@primitive(_extreme_gradient)
def max(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The largest element. Equal ones share the gradient."""


@primitive(_extreme_gradient)
def min(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The smallest element. Equal ones share the gradient."""


@primitive()
def any(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Whether any element is not zero."""


@primitive()
def all(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Whether no element is zero."""


@composite()
def argmax(x: Tensor, /, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The position of the (first) largest element, int64; in the flat tensor if axis is None."""
    return _position(arg_largest, x, axis, keepdims)


@composite()
def argmin(x: Tensor, /, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The position of the (first) smallest element, int64; in the flat tensor if axis is None."""
    return _position(arg_smallest, x, axis, keepdims)


def _position(find: Any, x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    if axis is not None:
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


@composite()
def var(x: Tensor, /, axis: Axes = None, ddof: int = 0, keepdims: bool = False) -> Tensor:
    """The mean squared distance from the mean, with divisor n - ddof."""
    centered = x - mean(x, axis=axis, keepdims=True)
    total = sum(centered * centered, axis=axis, keepdims=keepdims)
    return total / (_count(x, axis) - ddof)  # pyright: ignore[reportArgumentType]


@composite()
def std(x: Tensor, /, axis: Axes = None, ddof: int = 0, keepdims: bool = False) -> Tensor:
    """The square root of the variance."""
    return ops.sqrt(var(x, axis, ddof, keepdims))


@composite()
def cumsum(x: Tensor, /, axis: int | None = None) -> Tensor:
    """The running sum along an axis; of the flat tensor if axis is None."""
    return running_sum(ops.reshape(x, (-1,)), 0) if axis is None else running_sum(x, axis)


@primitive(lambda g, y, x, *, axis: ops.flip(running_sum(ops.flip(g, axis), axis), axis))
def running_sum(x: Tensor, /, axis: Axis) -> Tensor:
    """The running sum along one axis."""
