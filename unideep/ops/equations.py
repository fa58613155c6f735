"""Linear equations: solutions, inverses and determinants. All work on stacks (..., N, N).

An inverse or a solution of a singular matrix raises `LinAlgError`, as NumPy does. Compiled, a step
cannot look at its values: some engines then give infinities and NaN.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as _np

from unideep import ops
from unideep.errors import ShapeError
from unideep.op import Scalar, composite, primitive
from unideep.ops.decomposition import ascent, on_diagonal
from unideep.tensor import Tensor

__all__ = [
    "SlogdetResult", "det", "inv", "lstsq", "matrix_power", "pinv", "slogdet", "solve",
    "tensorinv", "tensorsolve",
]  # fmt: skip


class SlogdetResult(NamedTuple):
    """det = sign exp(logabsdet)."""

    sign: Tensor
    logabsdet: Tensor


def _transpose(x: Tensor) -> Tensor:
    return ops.swapaxes(x, -1, -2)


# Solutions and inverses


def _solve_b(g: Tensor, y: Tensor, a: Tensor, b: Tensor) -> Tensor:
    return solve_matrix(_transpose(a), g)


@primitive(
    lambda g, y, a, b: -ops.matmul(_solve_b(g, y, a, b), _transpose(y)), _solve_b, to_float=True
)
def solve_matrix(a: Tensor, b: Tensor, /) -> Tensor:
    """a⁻¹ b for a (..., N, N) and b (..., N, K); leading axes broadcast."""


@composite(to_float=True)
def solve(a: Tensor, b: Tensor, /) -> Tensor:
    """The x with a x = b.

    Shape:
        a (..., N, N), b (N,) or (..., N, K) -> as b, leading axes broadcast.

    Raises:
        LinAlgError: a is singular.
    """
    if b.ndim == 1:
        return ops.squeeze(solve_matrix(a, ops.expand_dims(b, -1)), -1)
    return solve_matrix(a, b)


def _inverse_gradient(g: Tensor, y: Tensor, x: Tensor) -> Tensor:
    return -ops.matmul(ops.matmul(_transpose(y), g), _transpose(y))


@primitive(_inverse_gradient, to_float=True)
def inv(x: Tensor, /) -> Tensor:
    """The inverse.

    Raises:
        LinAlgError: x is singular.
    """


@ascent
def _pinv_gradient(g: Tensor, y: Tensor, x: Tensor, rtol: Any) -> Tensor:
    """dP = -P dA P + P Pᴴ dAᴴ (1 - A P) + (1 - P A) dAᴴ Pᴴ P; Golub and Pereyra 1973."""
    h, gh = ops.adjoint(y), ops.adjoint(g)
    ph, hp = ops.matmul(y, h), ops.matmul(h, y)
    direct = ops.matmul(ops.matmul(h, g), h)
    left = ops.matmul(gh, ph) - ops.matmul(x, ops.matmul(ops.matmul(y, gh), ph))
    right = ops.matmul(hp, gh) - ops.matmul(ops.matmul(ops.matmul(hp, gh), y), x)
    return left + right - direct


@primitive(_pinv_gradient, None, to_float=True)
def pseudo_inverse(x: Tensor, rtol: Scalar, /) -> Tensor:
    """The pseudo-inverse; singular values up to rtol times the largest count as zero."""


@composite(to_float=True)
def pinv(x: Tensor, /, rtol: Any = None, rcond: Any = None) -> Tensor:
    """The pseudo-inverse of Moore and Penrose.

    Args:
        rtol: Singular values up to rtol times the largest count as zero: a number, or one for each
            matrix. Default: max(M, N) times the precision. `rcond` is its older name.

    Gradient:
        That at constant rank.
    """
    rtol = rcond if rtol is None else rtol
    return pseudo_inverse(x, _default_rtol(x) if rtol is None else rtol)


def _default_rtol(x: Tensor) -> float:
    return max(x.shape[-2:]) * float(_np.finfo(x.dtype.numpy).eps)


@composite(to_float=True)
def lstsq(a: Tensor, b: Tensor, /, rcond: Any = None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The x of least norm that minimises |a x - b|, as NumPy: (x, residuals, rank, s).

    Shape:
        a (M, N), b (M,) or (M, K) -> x (N,) or (N, K), residuals (1,) or (K,).

    Residuals are the sums of squares; they are empty where M <= N. NumPy leaves them empty where
    the rank is below N as well: here the shape follows from shapes alone.
    """
    m, n = a.shape
    x = ops.matmul(pinv(a, rcond), b)
    s = ops.svdvals(a)
    rtol = _default_rtol(a) if rcond is None else rcond
    rank = ops.sum(ops.greater(s, rtol * s[:1]).astype("int64"))
    error = ops.abs(ops.matmul(a, x) - b)
    residuals = ops.reshape(ops.sum(error * error, axis=0), (-1,))
    return x, residuals if m > n else residuals[:0], rank, s


@composite(to_float=True)
def tensorsolve(a: Tensor, b: Tensor, /, axes: Any = None) -> Tensor:
    """The x with tensordot(a, x, x.ndim) = b.

    Args:
        axes: Axes of a that are moved to its end first.
    """
    if axes is not None:
        last = [i % a.ndim for i in axes]
        a = ops.permute_dims(a, [*(i for i in range(a.ndim) if i not in last), *last])
    shape = a.shape[b.ndim :]
    n = math.prod(shape)
    if n * n != a.size:
        raise ShapeError("the axes of a do not divide into two equal halves.", got=f"{a.shape}")
    return ops.reshape(solve(ops.reshape(a, (n, n)), ops.reshape(b, (-1,))), shape)


@composite(to_float=True)
def tensorinv(a: Tensor, /, ind: int = 2) -> Tensor:
    """The inverse of x -> tensordot(a, x, ind); the first `ind` axes are its output."""
    n = math.prod(a.shape[:ind])
    if ind < 1 or n * n != a.size:
        raise ShapeError(f"the first {ind} axes do not hold half of the tensor.", got=f"{a.shape}")
    return ops.reshape(inv(ops.reshape(a, (n, n))), a.shape[ind:] + a.shape[:ind])


@composite()
def matrix_power(x: Tensor, /, n: int) -> Tensor:
    """x times itself, n times; the inverse for n < 0, the unit matrix for n = 0."""
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ShapeError("matrix_power takes square matrices.", got=f"{x.shape}")
    if n == 0:
        return ops.broadcast_to(on_diagonal(x).astype(x.dtype), x.shape)
    square = inv(x) if n < 0 else x
    power = None
    for bit in reversed(f"{abs(n):b}"):
        if bit == "1":
            power = square if power is None else ops.matmul(power, square)
        square = ops.matmul(square, square)
    assert power is not None
    return power


# Determinants


@primitive(
    lambda g, y, x: ops.expand_dims(ops.expand_dims(g, -1), -1) * _cofactors(x, y), to_float=True
)
def det(x: Tensor, /) -> Tensor:
    """The determinant.

    Gradient:
        The matrix of cofactors, at singular matrices too. Second derivatives are those of regular
        matrices: at a singular one they are 0.
    """


def _cofactors(x: Tensor, y: Tensor) -> Tensor:
    """det(x) x⁻ᵀ; where x is singular it comes from the singular values."""
    y = ops.expand_dims(ops.expand_dims(y, -1), -1)
    is_singular = ops.equal(y, 0)
    unit = on_diagonal(x).astype(x.dtype)
    regular = y * _transpose(inv(ops.where(is_singular, unit, x)))
    return ops.where(is_singular, _singular_cofactors(ops.stop_gradient(x)), regular)


def _singular_cofactors(x: Tensor) -> Tensor:
    """det(U) det(Vh) conj(U) diag(products of the other singular values) conj(Vh)."""
    u, s, vh = ops.svd(x, False)
    others = ops.prod(ops.where(on_diagonal(s), 1.0, ops.expand_dims(s, -2)), axis=-1)
    turned = _transpose(ops.adjoint(ops.matmul(u * ops.expand_dims(others, -2), vh)))
    return turned * ops.expand_dims(ops.expand_dims(det(u) * det(vh), -1), -1)


@ascent
def _slogdet_gradient(g: Any, y: Any, x: Tensor) -> Tensor:
    """x⁻ᴴ (G_log + i Im(conj(sign) G_sign))."""
    (gsign, glog), (sign, _) = g, y
    if x.dtype.kind == "c":
        glog = glog + 1j * ops.imag(ops.conj(sign) * gsign)
    return ops.expand_dims(ops.expand_dims(glog, -1), -1) * ops.adjoint(inv(x))


@primitive(_slogdet_gradient, to_float=True)
def sign_and_log(x: Tensor, /) -> tuple[Tensor, Tensor]:
    """The sign (0 where x is singular) and the logarithm of the absolute determinant."""


@composite(to_float=True)
def slogdet(x: Tensor, /) -> SlogdetResult:
    """The sign of the determinant, or its phase, and the logarithm of its absolute value.

    Gradient:
        None at a singular matrix: LinAlgError, or infinite.
    """
    return SlogdetResult(*sign_and_log(x))
