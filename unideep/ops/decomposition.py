"""Factors of matrices: Cholesky, QR, eigenvalues, singular values. All work on (..., M, N).

The rules hold on every engine, also on those that differentiate by themselves: one convention, at
any order, and finite where engines differ. They are written in the direction of steepest ascent G,
for which <G, dA> = Re tr(Gᴴ dA). Vectors are unique up to sign or phase, and only functions that do
not depend on those have a gradient.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as _np

from unideep import ops
from unideep.errors import check_one_of
from unideep.op import composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "EigResult", "EighResult", "QRResult", "SVDResult", "cholesky", "eig", "eigh", "eigvals",
    "eigvalsh", "qr", "svd", "svdvals",
]  # fmt: skip

Rule = Callable[..., Tensor]


class QRResult(NamedTuple):
    """A = Q R."""

    Q: Tensor
    R: Tensor


class EighResult(NamedTuple):
    """A V = V diag(w), for Hermitian A."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class EigResult(NamedTuple):
    """A V = V diag(w), complex."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class SVDResult(NamedTuple):
    """A = U diag(S) Vh."""

    U: Tensor
    S: Tensor
    Vh: Tensor


def ascent(rule: Rule) -> Rule:
    """A rule in the direction of steepest ascent; the tape carries its conjugate."""

    @functools.wraps(rule)
    def conjugated(g: Any, *args: Any, **attrs: Any) -> Tensor:
        g = _conj(g) if isinstance(g, Tensor) else tuple(_conj(part) for part in g)
        return _conj(rule(g, *args, **attrs))

    return conjugated


def _conj(x: Tensor) -> Tensor:
    return ops.conj(x) if x.dtype.kind == "c" else x


def _hermitian(x: Tensor) -> Tensor:
    return (x + ops.adjoint(x)) / 2


def _scale(matrix: Tensor, columns: Tensor) -> Tensor:
    """matrix diag(columns)."""
    return matrix * ops.expand_dims(columns, -2)


def on_diagonal(x: Tensor) -> Tensor:
    """Where the unit matrix of the size of x's last axis is 1."""
    line = ops.iota(x, length=x.shape[-1], dtype="int64")
    return ops.equal(line[:, None], line)


def _diag(values: Tensor) -> Tensor:
    """Diagonal matrices."""
    return ops.where(on_diagonal(values), ops.expand_dims(values, -1), 0)


def _reciprocal_gaps(values: Tensor) -> Tensor:
    """1 / (values[j] - values[i]) at i, j; 0 where the two are equal to rounding."""
    gaps = ops.expand_dims(values, -2) - ops.expand_dims(values, -1)
    size = ops.sum(ops.abs(values), axis=-1, keepdims=True)
    return _reciprocal(gaps, ops.expand_dims(size, -1) * (8 * _eps(values)))


def _eps(x: Tensor) -> float:
    return float(_np.finfo(x.dtype.numpy).eps)


def _reciprocal(x: Tensor, tolerance: Tensor) -> Tensor:
    """1 / x; 0 where |x| does not exceed the tolerance."""
    is_zero = ops.less_equal(ops.abs(x), ops.stop_gradient(tolerance))
    return ops.where(is_zero, 0.0, 1.0 / ops.where(is_zero, 1.0, x))


def _first_columns(u: Tensor, g: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Without the columns that only complete a basis: they turn with the first k, dU₂ = -U₁ Kᴴ
    where dU₁ has the part U₂ K."""
    if u.shape[-1] == k:
        return u, g
    first, more = u[..., :k], u[..., k:]
    return first, g[..., :k] - ops.matmul(more, ops.matmul(ops.adjoint(g[..., k:]), first))


# Cholesky


@ascent
def _cholesky_gradient(g: Tensor, y: Tensor, x: Tensor) -> Tensor:
    """L⁻ᴴ Φ(Lᴴ G) L⁻¹, Φ the lower triangle with half the diagonal; arXiv:1602.07527."""
    product = ops.matmul(ops.adjoint(y), g)
    lower = (ops.tril(product) + ops.tril(product, -1)) / 2
    left = ops.solve(ops.adjoint(y), lower)
    return _hermitian(ops.adjoint(ops.solve(ops.adjoint(y), ops.adjoint(left))))


@primitive(_cholesky_gradient, to_float=True)
def cholesky_lower(x: Tensor, /) -> Tensor:
    """The lower factor, from the lower triangle of x."""


@composite(to_float=True)
def cholesky(x: Tensor, /, upper: bool = False) -> Tensor:
    """The triangular L with x = L Lᴴ, or U with x = Uᴴ U. Only the lower triangle of x is read.

    Raises:
        LinAlgError: a matrix is not positive definite. Compiled, some engines give NaN.

    Gradient:
        That of a Hermitian x: both triangles get half.
    """
    lower = cholesky_lower(x)
    return ops.adjoint(lower) if upper else lower


# QR


@ascent
def _qr_gradient(g: Any, y: Any, x: Tensor, *, full: bool) -> Tensor:
    """With Z = Qᴴ G_Q - G_R Rᴴ: (G_Q - Q (triu(Z) + its adjoint)) R⁻ᴴ; arXiv:2009.10071."""
    (gq, gr), (q, r) = g, y
    n = x.shape[-1]
    if full:
        (q, gq), r, gr = _first_columns(q, gq, n), r[..., :n, :], gr[..., :n, :]
    z = ops.matmul(ops.adjoint(q), gq) - ops.matmul(gr, ops.adjoint(r))
    upper = ops.triu(z, 1) + ops.triu(ops.tril(z)) / 2
    c = gq - ops.matmul(q, upper + ops.adjoint(upper))
    return ops.adjoint(ops.solve(r, ops.adjoint(c)))


@primitive(_qr_gradient, to_float=True)
def qr_tall(x: Tensor, /, full: bool) -> tuple[Tensor, Tensor]:
    """Q and R of matrices with no more columns than rows."""


@composite(to_float=True)
def qr(x: Tensor, /, mode: str = "reduced") -> Any:
    """Q with orthonormal columns and the upper triangular R, x = Q R.

    Args:
        mode: "reduced": Q (..., M, K), R (..., K, N) with K = min(M, N). "complete": K = M.
            "r": R alone.

    Gradient:
        Of matrices whose first K columns are independent; LinAlgError or infinite otherwise.
        The columns of a complete Q beyond N count through the space that they span.
    """
    check_one_of("mode", mode, ("reduced", "complete", "r"))
    m, n = x.shape[-2:]
    q, r = qr_tall(x[..., :m] if n > m else x, mode == "complete")
    if n > m:
        r = ops.concat([r, ops.matmul(ops.adjoint(q), x[..., m:])], -1)
    return r if mode == "r" else QRResult(q, r)


# Eigenvalues


@ascent
def _eigh_gradient(g: Any, y: Any, x: Tensor) -> Tensor:
    """V (diag(G_w) + F ∘ Vᴴ G_V) Vᴴ with F[i, j] = 1 / (w[j] - w[i])."""
    (gw, gv), (w, v) = g, y
    inner = _diag(gw) + _reciprocal_gaps(w) * ops.matmul(ops.adjoint(v), gv)
    return _hermitian(ops.matmul(ops.matmul(v, inner), ops.adjoint(v)))


@primitive(_eigh_gradient, to_float=True)
def eigen_hermitian(x: Tensor, /) -> tuple[Tensor, Tensor]:
    """Eigenvalues in ascending order and vectors, from the lower triangle of x."""


@composite(to_float=True)
def eigh(x: Tensor, /, UPLO: str = "L") -> EighResult:
    """Eigenvalues, ascending, and orthonormal eigenvectors (columns) of Hermitian matrices.

    Args:
        UPLO: The triangle that is read: "L", or "U".

    Gradient:
        That of a Hermitian x. Eigenvalues equal to rounding (8 eps sum |w|) do not mix: functions
        that treat them alike (a trace, a sum, the space they span) have their true gradient there,
        a matrix function put together from the vectors lacks its part between them.
    """
    return EighResult(*eigen_hermitian(ops.adjoint(x) if UPLO.upper() == "U" else x))


@composite(to_float=True)
def eigvalsh(x: Tensor, /, UPLO: str = "L") -> Tensor:
    """The eigenvalues of `eigh`."""
    return eigh(x, UPLO)[0]


@ascent
def _eig_gradient(g: Any, y: Any, x: Tensor) -> Tensor:
    """V⁻ᴴ (diag(G_w) + (Vᴴ G_V - VᴴV Re diag(Vᴴ G_V)) / (w[j] - w[i])*) Vᴴ; arXiv:1701.00392."""
    (gw, gv), (w, v) = g, y
    product = ops.matmul(ops.adjoint(v), gv)
    growth = ops.real(ops.matrix_diagonal(product))  # vectors have norm 1: it does not count
    product = product - _scale(ops.matmul(ops.adjoint(v), v), growth)
    inner = _diag(gw) + ops.conj(_reciprocal_gaps(w)) * product
    found = ops.solve(ops.adjoint(v), ops.matmul(inner, ops.adjoint(v)))
    return found if x.dtype.kind == "c" else ops.real(found)


@primitive(_eig_gradient, to_float=True)
def eigen(x: Tensor, /) -> tuple[Tensor, Tensor]:
    """Complex eigenvalues and vectors of norm 1."""


@composite(to_float=True)
def eig(x: Tensor, /) -> EigResult:
    """Eigenvalues, in the engine's order, and eigenvectors (columns, norm 1). Both are complex.

    Gradient:
        Equal eigenvalues as in `eigh`; a matrix without a basis of eigenvectors has none.
    """
    return EigResult(*eigen(x))


@composite(to_float=True)
def eigvals(x: Tensor, /) -> Tensor:
    """The eigenvalues of `eig`."""
    return eigen(x)[0]


# Singular values


@ascent
def _svd_gradient(g: Any, y: Any, x: Tensor, *, full: bool) -> Tensor:
    """U ((F ∘ skew(Uᴴ G_U)) S + S (F ∘ skew(Vᴴ G_V)) + diag(G_S)) Vᴴ, F[i, j] = 1/(s[j]² - s[i]²),
    and what leaves the two spaces: (1 - U Uᴴ) G_U S⁻¹ Vᴴ + U S⁻¹ G_Vᴴ (1 - V Vᴴ)."""
    (gu, gs, gvh), (u, s, vh) = g, y
    k = s.shape[-1]
    v, gv = ops.adjoint(vh), ops.adjoint(gvh)
    if full:
        (u, gu), (v, gv) = _first_columns(u, gu, k), _first_columns(v, gv, k)
    gaps = _reciprocal_gaps(s) * _reciprocal_sums(s)
    inverse = _reciprocal(s, ops.sum(s, axis=-1, keepdims=True) * _eps(s))
    ugu, vgv = ops.matmul(ops.adjoint(u), gu), ops.matmul(ops.adjoint(v), gv)
    turn_u, turn_v = ugu - ops.adjoint(ugu), vgv - ops.adjoint(vgv)
    inner = _scale(gaps * turn_u, s) + ops.expand_dims(s, -1) * (gaps * turn_v) + _diag(gs)
    if x.dtype.kind == "c":  # a common phase of two vectors is free: the half of each
        phase = ops.matrix_diagonal(turn_u - turn_v) / 4
        inner = inner + _diag(phase * inverse)
    out_u = _scale(gu - ops.matmul(u, ugu), inverse)
    out_v = _scale(gv - ops.matmul(v, vgv), inverse)
    inside = ops.matmul(u, inner) + out_u
    return ops.matmul(inside, ops.adjoint(v)) + ops.matmul(u, ops.adjoint(out_v))


def _reciprocal_sums(s: Tensor) -> Tensor:
    sums = ops.expand_dims(s, -2) + ops.expand_dims(s, -1)
    return _reciprocal(sums, ops.zeros_like(sums))


@primitive(_svd_gradient, to_float=True)
def singular(x: Tensor, /, full: bool) -> tuple[Tensor, Tensor, Tensor]:
    """U, S in descending order, and Vh."""


@composite(to_float=True)
def svd(x: Tensor, /, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Singular values S, descending, with orthonormal U and Vh: x = U diag(S) Vh.

    Args:
        full_matrices: U (..., M, M) and Vh (..., N, N); otherwise U (..., M, K), Vh (..., K, N)
            with K = min(M, N).
        compute_uv: False gives S alone.

    Gradient:
        Singular values equal to rounding do not mix, as in `eigh`. Those equal to zero keep the
        gradient of S, but their vectors get none.
    """
    if not compute_uv:
        return svdvals(x)
    return SVDResult(*singular(x, full_matrices))


@composite(to_float=True)
def svdvals(x: Tensor, /) -> Tensor:
    """The singular values, descending."""
    return singular(x, False)[1]
