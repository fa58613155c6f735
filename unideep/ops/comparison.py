"""Comparisons give booleans and have no gradient."""

from __future__ import annotations

from unideep import ops
from unideep.op import TensorLike, composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "allclose", "array_equal", "equal", "greater", "greater_equal", "isclose", "isfinite", "isinf",
    "isnan", "less", "less_equal", "not_equal",
]  # fmt: skip


@primitive()
def equal(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x == y."""


@primitive()
def not_equal(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x != y."""


@primitive()
def less(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x < y."""


@primitive()
def less_equal(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x <= y."""


@primitive()
def greater(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x > y."""


@primitive()
def greater_equal(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x >= y."""


@primitive()
def isnan(x: Tensor, /) -> Tensor:
    """Whether x is not a number."""


@composite()
def isinf(x: Tensor, /) -> Tensor:
    """Whether x is infinite."""
    return equal(ops.abs(x), float("inf"))


@composite()
def isfinite(x: Tensor, /) -> Tensor:
    """Whether x is neither infinite nor NaN."""
    return less(ops.abs(x), float("inf"))


@composite()
def isclose(x: Tensor, y: Tensor, /, rtol: float = 1e-5, atol: float = 1e-8) -> Tensor:
    """Whether |x - y| <= atol + rtol |y|."""
    near = less_equal(ops.abs(x - y), atol + rtol * ops.abs(y))
    return ops.logical_or(near, equal(x, y))


def allclose(x: Tensor, y: Tensor, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """Whether all elements are close, see `isclose`."""
    return bool(ops.all(isclose(x, y, rtol, atol)))


def array_equal(x: Tensor, y: Tensor) -> bool:
    """Whether two tensors have the same shape and elements."""
    return x.shape == y.shape and bool(ops.all(equal(x, y)))
