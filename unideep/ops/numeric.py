"""NumPy's usual functions of each element beyond the standard."""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.dispatch import as_tensor
from unideep.dtype import finfo
from unideep.op import TensorLike, composite
from unideep.tensor import Tensor

__all__ = [
    "cbrt", "deg2rad", "divmod", "exp2", "fmax", "fmin", "fmod", "heaviside", "isneginf",
    "isposinf", "logaddexp2", "nan_to_num", "rad2deg", "sinc",
]  # fmt: skip


# Roots, powers, angles


@composite(to_float=True)
def cbrt(x: Tensor, /) -> Tensor:
    """The cube root, of negative numbers too. Gradient: infinite at 0, as the slope is."""
    return ops.copysign(ops.power(ops.abs(x), 1 / 3), x)


@composite(to_float=True)
def exp2(x: Tensor, /) -> Tensor:
    """2 to the power of x."""
    return ops.power(2.0, x)


@composite(to_float=True)
def logaddexp2(x: TensorLike, y: TensorLike, /) -> Tensor:
    """log2(2**x + 2**y) without overflow."""
    unit = math.log(2)
    return ops.logaddexp(ops.multiply(x, unit), ops.multiply(y, unit)) / unit


@composite(to_float=True)
def deg2rad(x: Tensor, /) -> Tensor:
    """Degrees as radians."""
    return x * (math.pi / 180)


@composite(to_float=True)
def rad2deg(x: Tensor, /) -> Tensor:
    """Radians as degrees."""
    return x * (180 / math.pi)


@composite(to_float=True)
def sinc(x: Tensor, /) -> Tensor:
    """sin(pi x) / (pi x); 1 at 0, with gradient 0."""
    is_zero = ops.equal(x, 0.0)
    angle = math.pi * ops.where(is_zero, 1.0, x)
    return ops.where(is_zero, 1.0, ops.sin(angle) / angle)


# Two arguments


@composite()
def fmod(x: TensorLike, y: TensorLike, /) -> Tensor:
    """What division leaves, with the sign of x. `remainder` has that of y."""
    rest = ops.remainder(abs(x), abs(y))
    return ops.where(ops.less(x, 0), -rest, rest)


def divmod(x: Any, y: Any, /) -> tuple[Tensor, Tensor]:
    """The floor of x / y, and the remainder."""
    return ops.floor_divide(x, y), ops.remainder(x, y)


@composite()
def fmax(x: TensorLike, y: TensorLike, /) -> Tensor:
    """The larger of two; a NaN gives way to a number."""
    return ops.where(ops.not_equal(x, x), y, ops.where(ops.not_equal(y, y), x, ops.maximum(x, y)))


@composite()
def fmin(x: TensorLike, y: TensorLike, /) -> Tensor:
    """The smaller of two; a NaN gives way to a number."""
    return ops.where(ops.not_equal(x, x), y, ops.where(ops.not_equal(y, y), x, ops.minimum(x, y)))


@composite(to_float=True)
def heaviside(x: TensorLike, y: TensorLike, /) -> Tensor:
    """The unit step: 0 below 0, 1 above, y at 0. Gradient: to y, where x is 0."""
    above = ops.where(ops.greater(x, 0), 1.0, x)  # NaN stays
    return ops.where(ops.equal(x, 0), y, ops.where(ops.less(x, 0), 0.0, above))


# What is not finite


def isposinf(x: Any, /) -> Tensor:
    """Whether x is positive infinity."""
    return ops.equal(x, math.inf)


def isneginf(x: Any, /) -> Tensor:
    """Whether x is negative infinity."""
    return ops.equal(x, -math.inf)


def nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0,
    posinf: float | None = None, neginf: float | None = None,
) -> Tensor:  # fmt: skip
    """x with numbers for NaN and the infinities, by default 0 and the dtype's largest.

    With `copy=False` the tensor itself is changed. Gradient: 0 where a number was put.
    """
    x = as_tensor(x)
    if not x.dtype.is_inexact:
        return ops.copy(x) if copy else x
    limits = finfo(x.dtype)
    y = ops.where(ops.isnan(x), nan, x)
    y = ops.where(isposinf(y), limits.max if posinf is None else posinf, y)
    y = ops.where(isneginf(y), limits.min if neginf is None else neginf, y)
    if copy:
        return y
    x[...] = y
    return x
