"""Products of matrices and of general tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.errors import ShapeError
from unideep.op import composite, primitive
from unideep.tensor import Tensor

__all__ = ["batch_dot", "dot", "einsum", "fully_connected", "matmul", "outer", "tensordot"]


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
def dot(x: Tensor, y: Tensor, /) -> Tensor:
    """NumPy's dot: the last axis of x with the second to last of y (the last, if y is 1-d)."""
    if 0 in (x.ndim, y.ndim):
        return x * y
    if y.ndim <= 2:
        return matmul(x, y)
    return tensordot(x, y, axes=((-1,), (-2,)))


@composite()
def tensordot(x: Tensor, y: Tensor, /, axes: Any = 2) -> Tensor:
    """The sum over pairs of axes: the last `axes` of x with the first of y, or given pairs."""
    if isinstance(axes, int):
        axes = (range(x.ndim - axes, x.ndim), range(axes))
    ax, ay = (
        [a % t.ndim for a in ((group,) if isinstance(group, int) else group)]
        for group, t in zip(axes, (x, y), strict=True)
    )
    keep_x = [i for i in range(x.ndim) if i not in ax]
    keep_y = [i for i in range(y.ndim) if i not in ay]
    rows = ops.permute_dims(x, [*keep_x, *ax])
    columns = ops.permute_dims(y, [*ay, *keep_y])
    k = 1
    for a in ax:
        k *= x.shape[a]
    shape = [x.shape[i] for i in keep_x] + [y.shape[i] for i in keep_y]
    n = rows.size // k if k else 0
    m = columns.size // k if k else 0
    return ops.reshape(
        matmul(ops.reshape(rows, (n, k)), ops.reshape(columns, (k, m))), tuple(shape)
    )


@composite()
def outer(x: Tensor, y: Tensor, /) -> Tensor:
    """All products of elements of x and y, both flattened."""
    return ops.reshape(x, (-1, 1)) * ops.reshape(y, (1, -1))


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


def einsum(subscripts: str, *operands: Tensor) -> Tensor:
    """Einstein's summation: `einsum("ij,jk->ik", x, y)`.

    Raises:
        ShapeError: the subscripts do not fit the operands.

    Example:
        >>> from unideep import np
        >>> np.einsum("ij->j", np.ones((2, 3))).tolist()
        [2.0, 2.0, 2.0]
    """
    return contract(list(operands), subscripts=_explicit(subscripts, operands))


def _explicit(subscripts: str, operands: Sequence[Tensor]) -> str:
    """The subscripts with the ellipsis as letters and the output written out."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise ShapeError(f"{subscripts!r} names {len(terms)} operands, got {len(operands)}.")
    spare = [c for c in "ZYXWVUTSRQPONMLKJIHGFEDCBA" if c not in subscripts]
    widths = [
        t.ndim - len(s) + 3 if "..." in s else 0 for s, t in zip(terms, operands, strict=True)
    ]
    dots = "".join(reversed(spare[: max(widths)]))
    terms = [s.replace("...", dots[len(dots) - w :]) for s, w in zip(terms, widths, strict=True)]
    for s, t in zip(terms, operands, strict=True):
        if len(s) != t.ndim:
            raise ShapeError(f"{subscripts!r}: {s!r} does not fit shape {t.shape}.")
    letters = "".join(terms)
    if not arrow:
        right = dots + "".join(
            sorted(c for c in set(letters) if letters.count(c) == 1 and c not in dots)
        )
    return f"{','.join(terms)}->{right.replace('...', dots)}"


def _contract_gradient(
    g: Tensor, y: Tensor, xs: Sequence[Tensor], *, subscripts: str
) -> list[Tensor]:
    left, _, right = subscripts.partition("->")
    terms = left.split(",")
    return [_operand_gradient(g, xs, terms, right, i) for i in range(len(xs))]


def _operand_gradient(
    g: Tensor, xs: Sequence[Tensor], terms: list[str], right: str, i: int
) -> Tensor:
    """Swap operand i and the output; a letter that only operand i has is broadcast."""
    others = [x for j, x in enumerate(xs) if j != i]
    names = [t for j, t in enumerate(terms) if j != i]
    seen = set(right).union(*names)
    target = "".join(c for c in terms[i] if c in seen)
    part = contract([g, *others], subscripts=f"{','.join([right, *names])}->{target}")
    shape = tuple(n if c in seen else 1 for c, n in zip(terms[i], xs[i].shape, strict=True))
    return ops.broadcast_to(ops.reshape(part, shape), xs[i].shape)


@primitive(_contract_gradient)
def contract(xs: Sequence[Tensor], /, subscripts: str) -> Tensor:
    """`einsum` with explicit subscripts, without an ellipsis."""
