"""Einstein's summation.

`einsum` reads what users may write; the primitive `contract` gets explicit subscripts in which no
term has a letter twice and each letter has one size.
"""

from __future__ import annotations

import functools
import string
from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.dispatch import as_tensor, execute, find_backend
from unideep.errors import ShapeError
from unideep.op import OPS, primitive
from unideep.tensor import Tensor

__all__ = ["einsum"]

Shapes = tuple[tuple[int, ...], ...]
Steps = tuple[tuple[tuple[int, ...], ...], ...]


def einsum(subscripts: Any, *operands: Any, optimize: Any = True) -> Tensor:
    """Einstein's summation: `einsum("ij,jk->ik", x, y)`, or `einsum(x, [0, 1], y, [1, 2], [0, 2])`.

    A letter twice in one term takes the diagonal; `...` stands for axes that broadcast.

    Args:
        optimize: Accepted for NumPy's code; the engine chooses the order of the products.

    Raises:
        ShapeError: the subscripts do not fit the operands.

    Example:
        >>> from unideep import np
        >>> np.einsum("ij->j", np.ones((2, 3))).tolist()
        [2.0, 2.0, 2.0]
    """
    if not isinstance(subscripts, str):
        subscripts, operands = _lettered((subscripts, *operands))
    xs = list(operands)
    if not all(type(x) is Tensor for x in xs):
        backend = find_backend(xs)
        xs = [as_tensor(x, backend=backend) for x in xs]
    explicit, steps = _plan(subscripts, tuple([x.shape for x in xs]))
    if steps is not None:
        xs = [_simplify(x, s) for x, s in zip(xs, steps, strict=True)]
    return execute(_CONTRACT, (xs,), {"subscripts": explicit})


def _lettered(args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The form with lists of axis numbers as one with letters."""

    def word(axes: Sequence[Any]) -> str:
        return "".join("..." if a is Ellipsis else string.ascii_letters[a] for a in axes)

    operands = args[: len(args) // 2 * 2 : 2]
    left = ",".join(word(axes) for axes in args[1 : 2 * len(operands) : 2])
    return (f"{left}->{word(args[-1])}" if len(args) % 2 else left), operands


@functools.lru_cache(maxsize=4096)
def _plan(subscripts: str, shapes: Shapes) -> tuple[str, Steps | None]:
    """Explicit subscripts, and how to simplify each operand (None: nothing to do)."""
    terms, right = _explicit(subscripts, [len(s) for s in shapes])
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for c, n in zip(term, shape, strict=True):
            if sizes.setdefault(c, n) != n and 1 not in (n, sizes[c]):
                raise ShapeError(f"{subscripts!r}: {c!r} is {sizes[c]} and {n}.", got=f"{shapes}")
            sizes[c] = n if sizes[c] == 1 else sizes[c]
    missing = set(right) - set(sizes)
    if missing or len(set(right)) < len(right):
        raise ShapeError(f"{subscripts!r}: each letter of the output comes once, from an operand.")
    simple = [_steps(t, s, sizes) for t, s in zip(terms, shapes, strict=True)]
    steps = tuple(s for _, s in simple)
    return f"{','.join(t for t, _ in simple)}->{right}", steps if any(steps) else None


def _steps(
    term: str, shape: tuple[int, ...], sizes: dict[str, int]
) -> tuple[str, tuple[tuple[int, ...], ...]]:
    """A term without repeated and broadcast letters; (i, j): take a diagonal, (i,): drop."""
    steps: list[tuple[int, ...]] = []
    for i in reversed(range(len(term))):
        if shape[i] == 1 and sizes[term[i]] != 1:
            steps.append((i,))
            term = term[:i] + term[i + 1 :]
    while repeated := [c for c in term if term.count(c) > 1]:
        c = repeated[0]
        i = term.index(c)
        j = term.index(c, i + 1)
        steps.append((i, j))
        term = term[:i] + term[i + 1 : j] + term[j + 1 :] + c
    return term, tuple(steps)


def _simplify(x: Tensor, steps: tuple[tuple[int, ...], ...]) -> Tensor:
    for step in steps:
        x = ops.squeeze(x, step[0]) if len(step) == 1 else ops.diagonal(x, 0, *step)
    return x


def _explicit(subscripts: str, ndims: list[int]) -> tuple[list[str], str]:
    """The terms with the ellipsis as letters, and the output written out."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ndims):
        raise ShapeError(f"{subscripts!r} names {len(terms)} operands, got {len(ndims)}.")
    spare = [c for c in reversed(string.ascii_letters) if c not in subscripts]
    widths = [n - len(t) + 3 if "..." in t else 0 for t, n in zip(terms, ndims, strict=True)]
    dots = "".join(reversed(spare[: max(widths)]))
    terms = [t.replace("...", dots[len(dots) - w :]) for t, w in zip(terms, widths, strict=True)]
    for t, n in zip(terms, ndims, strict=True):
        if len(t) != n:
            raise ShapeError(f"{subscripts!r}: {t!r} does not fit an operand of {n} axes.")
    letters = "".join(terms)
    if not arrow:
        right = dots + "".join(
            sorted(c for c in set(letters) if letters.count(c) == 1 and c not in dots)
        )
    return terms, right.replace("...", dots)


# The primitive


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
    """`einsum` with explicit subscripts: no ellipsis, no letter twice in a term, equal sizes."""


_CONTRACT = OPS["contract"]  # its attribute comes canonical: nothing to bind
