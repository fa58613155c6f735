"""Decomposition. Vectors are unique up to sign or phase: what is compared does not depend on it."""

from collections.abc import Callable
from typing import Any

from unideep import ops
from unideep.tensor import Tensor
from unideep.testing.cases.case import N, attrs, of_complex, rows

Op = Callable[..., Any]


def definite(op: Op, x: Tensor) -> Any:
    """Of a Hermitian, positive definite matrix."""
    return op(ops.matmul(x, ops.adjoint(x)) + 2.0 * ops.eye(x.shape[-2], dtype=x.dtype))


def symmetric(op: Op, x: Tensor) -> Any:
    """Eigenvalues of a Hermitian matrix."""
    return op(x + ops.adjoint(x))


def eigen_parts(op: Op, x: Tensor) -> Any:
    """Of a Hermitian matrix: w, and what the two vectors at the ends project."""
    w, v = symmetric(op, x)
    return w, ops.matmul(v[..., :1], ops.adjoint(v[..., :1])), ops.abs(v[..., -1])


def turned_parts(op: Op, x: Tensor) -> Any:
    """Of a matrix with real, distinct eigenvalues, sorted."""
    line = ops.arange(x.shape[-1], dtype=x.dtype)
    w, v = op(x * 0.1 + ops.where(ops.eye(x.shape[-1]) > 0, line, 0.0))
    values, size = ops.real(w), ops.abs(v)
    return [*(ops.sum(values**k, axis=-1) for k in (1, 2, 3)), ops.sum(size, axis=-1) ** 2]


def factors(op: Op, x: Tensor) -> Any:
    """Q and R with a positive diagonal."""
    q, r = op(x)
    k = min(x.shape[-2:])
    sign = ops.stop_gradient(ops.sign(ops.real(ops.matrix_diagonal(r))))
    first = q[..., :k] * ops.expand_dims(sign, -2)
    more = q[..., k:]
    return first, r[..., :k, :] * ops.expand_dims(sign, -1), ops.matmul(more, ops.adjoint(more))


def singular_parts(op: Op, x: Tensor) -> Any:
    """S, the rank-one part of the largest, and what the further vectors project."""
    u, s, vh = op(x)
    k = s.shape[-1]
    first = ops.matmul(u[..., :1], vh[..., :1, :])
    more = [t for t in (u[..., k:], ops.adjoint(vh[..., k:, :])) if t.shape[-1]]
    return s, first, *(ops.matmul(t, ops.adjoint(t)) for t in more)


CASES = [
    *attrs("cholesky", (N(3, 3),), {}, {"upper": True}, around=definite),
    *attrs("cholesky", (N(2, 3, 3),), {}, around=definite),
    *attrs("qr", (N(4, 3),), {}, {"mode": "complete"}, around=factors),
    *attrs("qr", (N(2, 3, 3),), {}, around=factors),
    *attrs("qr", (N(2, 4),), {}, {"mode": "complete"}, around=factors),
    *attrs("qr", (N(4, 2), N(4, 2)), {}, {"mode": "complete"}, around=of_complex(factors)),
    *rows("cholesky", N(3, 3), N(3, 3), around=of_complex(definite)),
    *rows("eigh", N(3, 3), N(3, 3), around=of_complex(eigen_parts)),
    *rows("eig", N(3, 3), N(3, 3), around=of_complex(turned_parts)),
    *attrs("svd", (N(4, 2), N(4, 2)), {}, around=of_complex(singular_parts)),
    *rows("svd", N(2, 3), N(2, 3), around=of_complex(singular_parts)),
    *attrs("eigh", (N(3, 3),), {}, {"UPLO": "U"}, around=eigen_parts),
    *attrs("eigh", (N(2, 4, 4),), {}, around=eigen_parts),
    *rows("eigvalsh", N(2, 3, 3), around=symmetric),
    *attrs("eig", (N(3, 3),), {}, around=turned_parts),
    *attrs("svd", (N(4, 2),), {}, {"full_matrices": False}, around=singular_parts),
    *attrs("svd", (N(2, 4),), {}, {"full_matrices": False}, around=singular_parts),
    *attrs("svd", (N(2, 3, 3),), {}, around=singular_parts),
    *rows("svdvals", N(3, 4)),
    *rows("svdvals", N(2, 3, 3)),
]
