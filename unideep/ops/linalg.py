"""Products of matrices and of general tensors, and the parts of a matrix."""

from __future__ import annotations

import builtins
import functools
import math
from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.canonical import Axis, DTypeAttr
from unideep.dispatch import as_tensor
from unideep.dtype import scalar_dtype
from unideep.errors import ShapeError
from unideep.op import TensorLike, composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "adjoint", "batch_dot", "cross", "diagonal", "dot", "fully_connected", "inner", "kron",
    "matmul", "matrix_diagonal", "matrix_trace", "matrix_transpose", "matvec", "multi_dot",
    "outer", "tensordot", "trace", "vdot", "vecdot", "vecmat",
]  # fmt: skip


def _conj(x: Tensor) -> Tensor:
    """The complex conjugate; real tensors are their own."""
    return ops.conj(x) if x.dtype.kind == "c" else x


def adjoint(x: Tensor) -> Tensor:
    """The conjugate transpose of matrices."""
    return _conj(ops.swapaxes(x, -1, -2))


def _matmul_x(g: Tensor, z: Tensor, x: Tensor, y: Tensor) -> Tensor:
    if x.ndim == 1 and y.ndim == 1:
        return g * y
    if y.ndim == 1:  # (..., n, k) @ (k,) -> (..., n)
        return ops.expand_dims(g, -1) * y
    if x.ndim == 1:  # (k,) @ (..., k, m) -> (..., m)
        return ops.sum(ops.expand_dims(g, -2) * y, axis=-1)
    return matmul(g, ops.swapaxes(y, -1, -2))


def _matmul_y(g: Tensor, z: Tensor, x: Tensor, y: Tensor) -> Tensor:
    if x.ndim == 1 and y.ndim == 1:
        return g * x
    if y.ndim == 1:
        return ops.sum(ops.expand_dims(g, -1) * x, axis=tuple(range(x.ndim - 1)))
    if x.ndim == 1:
        return ops.expand_dims(x, -1) * ops.expand_dims(g, -2)
    return matmul(ops.swapaxes(x, -1, -2), g)


@primitive(_matmul_x, _matmul_y)
def matmul(x: Tensor, y: Tensor, /) -> Tensor:
    """The matrix product over the last two axes; leading axes broadcast.

    Shape:
        x (..., n, k), y (..., k, m) -> (..., n, m). A vector counts as one row or column.
    """


@composite()
def matrix_transpose(x: Tensor, /) -> Tensor:
    """The last two axes exchanged.

    Raises:
        ShapeError: x has fewer than two axes.
    """
    if x.ndim < 2:
        raise ShapeError(
            f"a matrix has two axes, x has {x.ndim}.", fix="use permute_dims for other axes."
        )
    return ops.swapaxes(x, -1, -2)


@composite()
def dot(x: TensorLike, y: TensorLike, /) -> Tensor:
    """NumPy's dot: the last axis of x with the second to last of y (the last, if y is 1-d)."""
    x, y = _tensors(x, y)
    if 0 in (x.ndim, y.ndim):
        return x * y
    if y.ndim <= 2:
        return matmul(x, y)
    return tensordot(x, y, axes=((-1,), (-2,)))


def _tensors(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """Two operands, lists and numbers among them as tensors."""
    if isinstance(x, Tensor) and isinstance(y, Tensor):
        return x, y
    if isinstance(x, Tensor):
        return x, _beside(x, y)
    y = as_tensor(y)
    return _beside(y, x), y


def _beside(x: Tensor, y: Any) -> Tensor:
    """y as a tensor of x's backend; a Python number is weak."""
    weak = type(y) in (bool, int, float, complex)
    return as_tensor(y, scalar_dtype(x.dtype, type(y)) if weak else None, backend=x._backend)


@composite()
def inner(x: TensorLike, y: TensorLike, /) -> Tensor:
    """The sum of products over the last axes of both, without conjugation."""
    x, y = _tensors(x, y)
    return x * y if 0 in (x.ndim, y.ndim) else tensordot(x, y, axes=((-1,), (-1,)))


@composite()
def vdot(x: TensorLike, y: TensorLike, /) -> Tensor:
    """The sum of conj(x) y over all elements."""
    x, y = _tensors(x, y)
    return matmul(_conj(ops.reshape(x, (-1,))), ops.reshape(y, (-1,)))


@composite()
def vecdot(x: Tensor, y: Tensor, /, axis: int = -1) -> Tensor:
    """The sum of conj(x) y along one axis of both; the other axes broadcast."""
    if axis != -1:
        x, y = ops.moveaxis(x, axis, -1), ops.moveaxis(y, axis, -1)
    if x.shape[-1] != y.shape[-1]:
        raise ShapeError(
            f"vecdot sums over axis {axis}, which differs in size.", got=f"{x.shape} and {y.shape}"
        )
    product = matmul(ops.expand_dims(_conj(x), -2), ops.expand_dims(y, -1))
    return ops.reshape(product, product.shape[:-2])


@composite()
def matvec(x: Tensor, y: Tensor, /) -> Tensor:
    """Matrices times vectors: x (..., n, k), y (..., k) -> (..., n)."""
    return ops.squeeze(matmul(x, ops.expand_dims(y, -1)), -1)


@composite()
def vecmat(x: Tensor, y: Tensor, /) -> Tensor:
    """Conjugated vectors times matrices: x (..., k), y (..., k, m) -> (..., m)."""
    return ops.squeeze(matmul(ops.expand_dims(_conj(x), -2), y), -2)


@composite()
def tensordot(x: Tensor, y: Tensor, /, axes: Any = 2) -> Tensor:
    """The sum over pairs of axes: the last `axes` of x with the first of y, or given pairs.

    Args:
        axes: A number of axes, or a pair: axes of x, and the axes of y that they meet.

    Raises:
        ShapeError: paired axes differ in size.
    """
    ax, ay = _paired_axes(x, y, axes)
    keep_x = [i for i in range(x.ndim) if i not in ax]
    keep_y = [i for i in range(y.ndim) if i not in ay]
    n, m = math.prod(x.shape[i] for i in keep_x), math.prod(y.shape[i] for i in keep_y)
    k = math.prod(x.shape[a] for a in ax)
    rows = ops.reshape(ops.permute_dims(x, [*keep_x, *ax]), (n, k))
    columns = ops.reshape(ops.permute_dims(y, [*ay, *keep_y]), (k, m))
    shape = [x.shape[i] for i in keep_x] + [y.shape[i] for i in keep_y]
    return ops.reshape(matmul(rows, columns), tuple(shape))


def _paired_axes(x: Tensor, y: Tensor, axes: Any) -> tuple[list[int], list[int]]:
    if isinstance(axes, int):
        axes = (range(x.ndim - axes, x.ndim), range(axes))
    groups = [(a,) if isinstance(a, int) else a for a in axes]
    ax, ay = ([a % t.ndim for a in group] for group, t in zip(groups, (x, y), strict=True))
    sizes = [[t.shape[a] for a in group] for t, group in ((x, ax), (y, ay))]
    if sizes[0] != sizes[1]:
        raise ShapeError(
            f"tensordot pairs axes {ax} of x with {ay} of y, which differ in size.",
            got=f"{x.shape} and {y.shape}",
        )
    return ax, ay


@composite()
def outer(x: TensorLike, y: TensorLike, /) -> Tensor:
    """All products of elements of x and y, both flattened."""
    x, y = _tensors(x, y)
    return ops.reshape(x, (-1, 1)) * ops.reshape(y, (1, -1))


@composite()
def kron(x: TensorLike, y: TensorLike, /) -> Tensor:
    """Kronecker's product: each element of x times the whole of y, in its place."""
    x, y = _tensors(x, y)
    ndim = builtins.max(x.ndim, y.ndim)
    p, q = ((1,) * (ndim - t.ndim) + t.shape for t in (x, y))
    blocks = ops.reshape(x, [n for a in p for n in (a, 1)])
    blocks = blocks * ops.reshape(y, [n for b in q for n in (1, b)])
    return ops.reshape(blocks, tuple(a * b for a, b in zip(p, q, strict=True)))


@composite()
def cross(x: Tensor, y: Tensor, /, axis: int = -1) -> Tensor:
    """The vector product of vectors of three elements along `axis`; the other axes broadcast.

    Raises:
        ShapeError: the axis has not size 3 in both.
    """
    x, y = ops.moveaxis(x, axis, -1), ops.moveaxis(y, axis, -1)
    if x.shape[-1] != 3 or y.shape[-1] != 3:
        raise ShapeError(
            f"cross takes vectors of three elements along axis {axis}.",
            got=f"sizes {x.shape[-1]} and {y.shape[-1]}",
        )
    (a, b, c), (d, e, f) = ([t[..., i] for i in range(3)] for t in (x, y))
    return ops.moveaxis(ops.stack([b * f - c * e, c * d - a * f, a * e - b * d], -1), -1, axis)


def multi_dot(arrays: Sequence[Tensor]) -> Tensor:
    """The product of matrices, in the order that multiplies least; the ends may be vectors.

    Example:
        >>> from unideep import np
        >>> np.linalg.multi_dot([np.ones((2, 3)), np.ones((3, 4)), np.ones(4)]).tolist()
        [12.0, 12.0]
    """
    if len(arrays) < 2:
        raise ShapeError("multi_dot takes two matrices or more.", got=f"{len(arrays)}")
    sizes = [1] * (arrays[0].ndim == 1) + [*arrays[0].shape]
    sizes += [a.shape[-1] if a.ndim == 2 else 1 for a in arrays[1:]]

    @functools.cache
    def best(i: int, j: int) -> tuple[int, int]:
        """The cost of the product of matrices i to j, and where to part them."""
        if i == j:
            return 0, i
        costs = [
            (best(i, k)[0] + best(k + 1, j)[0] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
            for k in range(i, j)
        ]
        return builtins.min(costs)

    def product(i: int, j: int) -> Tensor:
        if i == j:
            return arrays[i]
        k = best(i, j)[1]
        return matmul(product(i, k), product(k + 1, j))

    return product(0, len(arrays) - 1)


# Diagonals


@composite()
def diagonal(x: Tensor, /, offset: int = 0, axis1: Axis = 0, axis2: Axis = 1) -> Tensor:
    """The diagonals of the matrices in two axes, as a new last axis."""
    if axis1 == axis2:
        raise ShapeError("a diagonal lies in two axes.", got=f"axis {axis1} twice")
    keep = [i for i in range(x.ndim) if i not in (axis1, axis2)]
    return matrix_diagonal(ops.permute_dims(x, [*keep, axis1, axis2]), offset)


@composite()
def matrix_diagonal(x: Tensor, /, offset: int = 0) -> Tensor:
    """The diagonal of each matrix in the last two axes; `offset` > 0 lies above the main one."""
    *batch, m, n = x.shape
    length = builtins.max(builtins.min(m + builtins.min(offset, 0), n - builtins.max(offset, 0)), 0)
    start = builtins.max(offset, -offset * n)
    if not length:
        return ops.reshape(x, (*batch, m * n))[..., :0]
    return ops.reshape(x, (*batch, m * n))[..., start : start + length * (n + 1) : n + 1]


@composite()
def trace(
    x: Tensor, /, offset: int = 0, axis1: Axis = 0, axis2: Axis = 1, dtype: DTypeAttr = None
) -> Tensor:
    """The sum of a diagonal."""
    return _total(diagonal(x, offset, axis1, axis2), dtype)


@composite()
def matrix_trace(x: Tensor, /, offset: int = 0, dtype: DTypeAttr = None) -> Tensor:
    """The sum of the diagonal of each matrix in the last two axes."""
    return _total(matrix_diagonal(x, offset), dtype)


def _total(x: Tensor, dtype: Any) -> Tensor:
    return ops.sum(x if dtype is None else x.astype(dtype), axis=-1)


# Layers


@composite()
def batch_dot(
    x: Tensor, y: Tensor, /, transpose_a: bool = False, transpose_b: bool = False
) -> Tensor:
    """One matrix product for each item of a batch.

    Shape:
        x (B, n, k), y (B, k, m) -> (B, n, m); the flags say that x or y comes transposed.
    """
    x = ops.swapaxes(x, -1, -2) if transpose_a else x
    return matmul(x, ops.swapaxes(y, -1, -2) if transpose_b else y)


@composite()
def fully_connected(x: Tensor, weight: Tensor, bias: Tensor | None = None, /) -> Tensor:
    """x Wᵀ + b over the last axis.

    Shape:
        x (..., in), weight (units, in), bias (units,) -> (..., units).
    """
    y = matmul(x, ops.permute_dims(weight, (1, 0)))
    return y if bias is None else y + bias
