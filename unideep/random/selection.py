"""Which ones: integers of a range, choices, permutations. Equal to the bit on every backend."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as _np

from unideep import ops
from unideep.device import DeviceLike
from unideep.dispatch import as_tensor, find_backend
from unideep.dtype import DTypeLike, as_dtype
from unideep.errors import ArgumentError, DTypeError, ShapeError
from unideep.random.gamma_family import first_accepted
from unideep.random.plan import Plan, bare_plan, check, plan
from unideep.tensor import Tensor

CANDIDATES = 24
"""Of each at least half are accepted."""

__all__ = ["categorical", "choice", "permutation", "randint", "shuffle"]

INTEGER = (int, _np.integer)
Size = int | tuple[int, ...] | None
Device = DeviceLike | None


def randint(low: Any, high: Any = None, size: Size = None, dtype: DTypeLike = "int64",
            device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Integers from low to high - 1, or from 0 to low - 1 if there is no high.

    From 64 random bits: no integer is likelier than another by more than 2**-33 of its share. The
    range high - low is at most 2**31, or below 2**63 if both are numbers.

    Raises:
        ArgumentError: low >= high, or the integers do not fit the dtype.
        DTypeError: `dtype` is not that of integers.
    """
    target = as_dtype(dtype)
    if target.kind not in "iu":
        raise DTypeError("randint gives integers.", got=f"dtype {target}")
    p, low, high = plan(
        size, "float64", device or ctx, *((0, low) if high is None else (low, high))
    )
    if not (isinstance(low, Tensor) or isinstance(high, Tensor)):
        low, high = operator.index(low), operator.index(high)
        _check_range(low, high, target)
        offset = _narrow(p, high - low) if high - low <= 1 << 31 else _wide(p, high - low)
        return (offset + low).astype(dtype)
    low = p.tensor(low).astype("int64")
    span = p.tensor(high).astype("int64") - low
    check("high - low", span, lambda v: (v < 1) | (v > 1 << 31), "is not in [1, 2**31]")
    return (_narrow(p, span) + low).astype(dtype)


def permutation(x: Any) -> Tensor:
    """0, 1, ... x - 1 in random order, or a copy of an array with axis 0 in random order."""
    if isinstance(x, INTEGER):
        return _any_order(bare_plan(x, None))
    x = as_tensor(x)
    return x[_any_order(bare_plan(len(x), x.device, x))]


def shuffle(x: Tensor) -> None:
    """Put axis 0 of a tensor in random order, in place.

    Raises:
        DTypeError: x is not a tensor.
    """
    if not isinstance(x, Tensor):
        raise DTypeError(
            "shuffle changes a tensor.",
            got=type(x).__name__,
            fix="x = np.random.permutation(x), or Python's random.shuffle for a list.",
        )
    x[...] = permutation(x)


def choice(a: Any, size: Size = None, replace: bool = True, p: Any = None,
           device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Elements of axis 0 of an array, or integers below `a` if that is an integer.

    With probabilities p and without replacement: the smallest of E / p, E exponential (Efraimidis
    and Spirakis, 2006), which are distributed as draws one after the other.

    Raises:
        ArgumentError: nothing to choose from; more than there is, without replacement; p negative
            or not adding up to 1.
        ShapeError: p is not one probability for each.
    """
    source = None if isinstance(a, INTEGER) else as_tensor(a, backend=find_backend((p,)))
    n = int(a) if source is None else len(source)
    draw = bare_plan(size, device or ctx, source, p)
    p = None if p is None else check_distribution(draw.tensor(p), n)
    found = _with_replacement(draw, n, p) if replace else _without(draw, n, p)
    return found if source is None else source[found]


def categorical(logits: Any, size: Size = None, axis: int = -1) -> Tensor:
    """Integers drawn with the probabilities softmax(logits) along an axis. By inversion.

    Shape:
        logits (..., n) with n at `axis` -> (*size, ...), int64.
    """
    logits = ops.moveaxis(as_tensor(logits), axis, -1)
    p = bare_plan(size, None, logits)
    p = p._replace(shape=(*p.shape, *logits.shape[:-1], 1))
    total = ops.cumulative_sum(ops.softmax(p.tensor(logits), -1), axis=-1)
    return ops.sum((total[..., :-1] <= p.unit() * total[..., -1:]).astype("int64"), axis=-1)


def check_distribution(p: Tensor, n: int) -> Tensor:
    """p, if it holds n probabilities. In a compiled step only the number is known."""
    if p.shape != (n,):
        raise ShapeError("p is not one probability for each.", got=f"p {p.shape} for {n}")
    check("p", p, lambda v: ~(v >= 0), "has negative elements")
    check("the sum of p", p.sum(), lambda v: abs(v - 1) > 3e-4, "is not 1")
    return p


def sorted_into(p: Tensor, u: Tensor) -> Tensor:
    """The category of each u in [0, 1) by inversion of the distribution p (n,)."""
    total = ops.cumulative_sum(p)
    return ops.searchsorted(total[:-1] / total[-1], u, side="right")


def _check_range(low: int, high: int, dtype: Any) -> None:
    if low >= high:
        raise ArgumentError("low is not below high.", got=f"low={low}, high={high}")
    bits = dtype.itemsize * 8
    least, end = (0, 1 << bits) if dtype.kind == "u" else (-1 << (bits - 1), 1 << (bits - 1))
    if low < least or high > end or high - low > (1 << 63) - 1:
        raise ArgumentError(f"the range does not fit {dtype}.", got=f"low={low}, high={high}")


def _narrow(p: Plan, span: Any) -> Tensor:
    """The upper part of span * (64 random bits), span <= 2**31: Lemire, 2019, without rejection."""
    high, low = p.times(2).words()
    return (high * span + ((low * span) >> 32)) >> 32


def _wide(p: Plan, span: int) -> Tensor:
    """The first of some numbers of just enough bits that is below the span."""
    p = p.times(CANDIDATES)
    number = (_narrow(p, -(-span >> 32)) << 32) | p.words()
    return first_accepted(number < span, number, number[0] % span)


def _any_order(p: Plan) -> Tensor:
    """A permutation: the order of 62-bit numbers, equal ones as they stand."""
    high, low = p.times(2).words()
    return ops.argsort((high << 30) ^ low)


def _with_replacement(p: Plan, n: int, weights: Tensor | None) -> Tensor:
    if n < 1 and math.prod(p.shape):
        raise ArgumentError("there is nothing to choose from.", got=f"{n} elements")
    return _narrow(p, n) if weights is None else sorted_into(weights, p.unit())


def _without(p: Plan, n: int, weights: Tensor | None) -> Tensor:
    wanted, of_all = math.prod(p.shape), p._replace(shape=(n,))
    if weights is not None:
        check("p", ops.count_nonzero(weights), lambda v: v < wanted, f"has not {wanted} above 0")
    if wanted > n:
        raise ArgumentError(
            "more are to be chosen than there are.",
            got=f"{wanted} of {n}",
            fix="choose fewer, or with replace=True.",
        )
    if weights is None:
        order = _any_order(of_all)
    else:
        order = ops.argsort(-ops.log(of_all.open_unit()) / weights)
    return ops.reshape(order[:wanted], p.shape)
