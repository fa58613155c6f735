"""Sets: the different elements of a tensor. Sizes depend on values: eager only, but for `isin`.

NaN differs from itself, as in the Array API standard; `unique` alone counts all NaN as one, as
NumPy does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from unideep import ops
from unideep.dispatch import as_tensor, forbid_in_capture
from unideep.tensor import Tensor

__all__ = [
    "intersect1d", "isin", "setdiff1d", "setxor1d", "union1d", "unique", "unique_all",
    "unique_counts", "unique_inverse", "unique_values",
]  # fmt: skip


class UniqueAll(NamedTuple):
    """What `unique_all` gives."""

    values: Tensor
    indices: Tensor
    inverse_indices: Tensor
    counts: Tensor


class UniqueCounts(NamedTuple):
    """What `unique_counts` gives."""

    values: Tensor
    counts: Tensor


class UniqueInverse(NamedTuple):
    """What `unique_inverse` gives."""

    values: Tensor
    inverse_indices: Tensor


def unique_all(x: Any, /) -> UniqueAll:
    """The different elements in order, where each stands first, where they go in x, how often.

    Gradient: of the values, to the element that stands first.
    """
    return _unique(as_tensor(x), False)


def unique_counts(x: Any, /) -> UniqueCounts:
    """The different elements in order, and how often each stands in x."""
    found = unique_all(x)
    return UniqueCounts(found.values, found.counts)


def unique_inverse(x: Any, /) -> UniqueInverse:
    """The different elements in order, and for each element of x its place among them."""
    found = unique_all(x)
    return UniqueInverse(found.values, found.inverse_indices)


def unique_values(x: Any, /) -> Tensor:
    """The different elements in order."""
    return unique_all(x).values


def unique(
    x: Any, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False,
    *, equal_nan: bool = True,
) -> Any:  # fmt: skip
    """The different elements in order, and with them in a tuple what is asked for."""
    found = _unique(as_tensor(x), equal_nan)
    wanted = (True, return_index, return_inverse, return_counts)
    chosen = tuple(v for v, w in zip(found, wanted, strict=True) if w)
    return chosen if len(chosen) > 1 else found.values


def _unique(x: Tensor, equal_nan: bool) -> UniqueAll:
    forbid_in_capture("the number of different elements")
    flat = ops.ravel(x)
    order = ops.argsort(flat)
    line = ops.take(flat, order, 0)
    differs = ops.not_equal(line[1:], line[:-1])
    if equal_nan and x.dtype.is_inexact:
        differs = ops.logical_and(differs, ops.logical_not(ops.isnan(line[:-1])))
    is_new = ops.concat([ops.full(min(1, x.size), True, "bool", device=x.device), differs])
    starts = ops.flatnonzero(is_new)
    group = ops.cumsum(is_new) - 1
    ends = ops.concat([starts[1:], ops.full(min(1, x.size), x.size, "int64", device=x.device)])
    inverse = ops.index_set(ops.zeros_like(order), order, group)
    return UniqueAll(
        ops.take(line, starts, 0),
        ops.take(order, starts, 0),
        ops.reshape(inverse, x.shape),
        ends - starts,
    )


def isin(x: Any, test_elements: Any, /, invert: bool = False) -> Tensor:
    """For each element of x, whether it stands among the test elements (with invert: not)."""
    backend = next((t._backend for t in (x, test_elements) if isinstance(t, Tensor)), None)
    x, known = (as_tensor(t, backend=backend) for t in (x, test_elements))
    if not known.size:
        return ops.full(x.shape, invert, "bool", device=x.device)
    known = ops.sort(ops.ravel(known))
    place = ops.minimum(ops.searchsorted(known, x), known.shape[0] - 1)
    compare = ops.not_equal if invert else ops.equal
    return compare(ops.take(known, place, 0), x)


def union1d(x: Any, y: Any, /) -> Tensor:
    """The different elements of both, in order."""
    return unique(ops.concat([as_tensor(x), y], None))


def intersect1d(x: Any, y: Any, /) -> Tensor:
    """The different elements that stand in both, in order."""
    values = unique(x)
    return values[isin(values, y)]


def setdiff1d(x: Any, y: Any, /) -> Tensor:
    """The different elements of x that do not stand in y, in order."""
    values = unique(x)
    return values[isin(values, y, invert=True)]


def setxor1d(x: Any, y: Any, /) -> Tensor:
    """The different elements that stand in one of the two, in order."""
    return union1d(setdiff1d(x, y), setdiff1d(y, x))
