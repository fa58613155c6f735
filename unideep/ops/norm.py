"""Norms, and what singular values tell about a matrix.

Every norm is real, and its gradient where it has a corner is one of the subgradients: 0 at an
element that is 0, and equal shares among the elements that a maximum or minimum chooses.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as _np

from unideep import ops
from unideep.canonical import Axes, axis as _axis
from unideep.errors import ArgumentError, ShapeError
from unideep.op import composite
from unideep.tensor import Tensor

__all__ = ["cond", "matrix_norm", "matrix_rank", "norm", "vector_norm"]


@composite(to_float=True)
def vector_norm(x: Tensor, /, axis: Axes = None, keepdims: bool = False, ord: float = 2) -> Tensor:
    """The norm of vectors that lie in one or several axes.

    Args:
        ord: 2, 1, inf, -inf, 0 (the number of elements that are not 0), or any p: the p-th root of
            the sum of |x|**p.
    """
    if ord == 2:
        squares = x * x if x.dtype.kind != "c" else ops.real(x * ops.conj(x))
        return _root(ops.sum(squares, axis=axis, keepdims=keepdims), 0.5)
    size = ops.abs(x)
    if ord == math.inf or ord == -math.inf:
        return _extreme(size, ord, axis, keepdims)
    if ord == 0:
        return ops.sum(ops.not_equal(x, 0).astype(size.dtype), axis=axis, keepdims=keepdims)
    if ord == 1:
        return ops.sum(size, axis=axis, keepdims=keepdims)
    return _root(ops.sum(_root(size, ord), axis=axis, keepdims=keepdims), 1 / ord)


def _root(x: Tensor, power: float) -> Tensor:
    """x**power; at 0 with the gradient 0, and not infinite or NaN."""
    is_zero = ops.equal(x, 0)
    at_zero = 0.0 if power > 0 else math.inf
    return ops.where(is_zero, at_zero, ops.where(is_zero, 1.0, x) ** power)


def _extreme(size: Tensor, sign: float, axis: Any, keepdims: bool) -> Tensor:
    """The largest, or (sign < 0) the smallest; of no numbers at all 0, or inf."""
    if 0 in [size.shape[i] for i in axis]:
        none = ops.sum(size, axis=axis, keepdims=keepdims)
        return none if sign > 0 else none + math.inf
    choose = ops.max if sign > 0 else ops.min
    return choose(size, axis=axis, keepdims=keepdims)


@composite(to_float=True)
def matrix_norm(x: Tensor, /, keepdims: bool = False, ord: Any = "fro") -> Tensor:
    """The norm of the matrices in the last two axes.

    Args:
        ord: "fro": of all elements; "nuc": the sum of the singular values; 2, -2: the largest and
            the smallest of them; 1, -1 and inf, -inf: the largest and the smallest sum of absolute
            values in a column, and in a row.
    """
    if x.ndim < 2:
        raise ShapeError("a matrix has two axes.", got=f"{x.shape}")
    if ord == "fro" or ord is None:
        return vector_norm(x, (-2, -1), keepdims)
    if ord == "nuc":
        found = ops.sum(ops.svdvals(x), axis=-1)
    elif ord in (2, -2):
        found = _extreme(ops.svdvals(x), ord, (x.ndim - 2,), False)
    elif ord in (1, -1, math.inf, -math.inf):
        lines = ops.sum(ops.abs(x), axis=-2 if abs(ord) == 1 else -1)
        found = _extreme(lines, ord, (x.ndim - 2,), False)
    else:
        raise ArgumentError(
            f"a matrix has no norm of order {ord!r}.", fix='use "fro", "nuc", 2, 1, inf or -ord.'
        )
    return ops.reshape(found, (*found.shape, 1, 1)) if keepdims else found


@composite(to_float=True)
def norm(x: Tensor, /, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Tensor:
    """NumPy's norm: of vectors along one axis, of matrices in a pair of axes.

    Args:
        ord: As in `vector_norm` and `matrix_norm`; None: the root of the sum of squares.
        axis: None: of the whole of x, which has one or two axes unless ord is None.
    """
    if axis is None:
        if ord is None:
            return vector_norm(x, None, keepdims)
        axis = tuple(range(x.ndim))
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    if len(axes) == 1:
        return vector_norm(x, axes, keepdims, 2 if ord is None else ord)
    if len(axes) != 2:
        raise ArgumentError("a norm is that of vectors or of matrices.", got=f"axis {axes}")
    places = [_axis(a, x.ndim) for a in axes]
    order = [i for i in range(x.ndim) if i not in places] + places
    found = matrix_norm(ops.permute_dims(x, order), False, ord)
    if not keepdims:
        return found
    return ops.reshape(found, tuple(1 if i in places else n for i, n in enumerate(x.shape)))


@composite(to_float=True)
def cond(x: Tensor, /, p: Any = None) -> Tensor:
    """The condition number: the norm of x times that of its inverse.

    Args:
        p: The `ord` of `norm`; None and 2: the largest singular value over the smallest.
    """
    if p is None or p in (2, -2):
        s = ops.svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return norm(x, p, (-2, -1)) * norm(ops.inv(x), p, (-2, -1))


@composite(to_float=True)
def matrix_rank(x: Tensor, /, rtol: Any = None, tol: Any = None) -> Tensor:
    """How many singular values count as not zero, int64.

    Args:
        rtol: Those above rtol times the largest: a number, or one for each matrix. Default:
            max(M, N) times the precision.
        tol: Those above tol.
    """
    if x.ndim < 2:
        return ops.any(ops.not_equal(x, 0)).astype("int64")
    s = ops.svdvals(x)
    if tol is None:
        eps = float(_np.finfo(s.dtype.numpy).eps)
        rtol = max(x.shape[-2:]) * eps if rtol is None else rtol
        tol = _extreme(s, 1, (s.ndim - 1,), False) * rtol
    limit = ops.expand_dims(tol, -1) if isinstance(tol, Tensor) else tol
    return ops.sum(ops.greater(s, limit).astype("int64"), axis=-1)
