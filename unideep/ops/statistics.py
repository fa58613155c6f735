"""Statistics: spread, quantiles, correlation, counts, and what leaves NaN out."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.canonical import Axes, axes as _axes
from unideep.dispatch import as_tensor, forbid_in_capture
from unideep.dtype import default_float
from unideep.errors import ArgumentError, ShapeError, check_one_of
from unideep.op import composite
from unideep.ops.reduction import count
from unideep.tensor import Tensor

__all__ = [
    "average", "bincount", "corrcoef", "cov", "histogram", "median", "nanmax", "nanmean", "nanmin",
    "nanprod", "nanstd", "nansum", "nanvar", "percentile", "ptp", "quantile", "std", "var",
]  # fmt: skip


@composite(to_float=True)
def var(
    x: Tensor, /, axis: Axes = None, ddof: float = 0, keepdims: bool = False,
    correction: float | None = None,
) -> Tensor:  # fmt: skip
    """The mean squared distance from the mean, with divisor n - ddof (`correction` is the same)."""
    centered = x - ops.mean(x, axis=axis, keepdims=True)
    total = ops.sum(centered * centered, axis=axis, keepdims=keepdims)
    divisor = count(x, axis) - (ddof if correction is None else correction)
    return total / builtins.max(divisor, 0)


@composite(to_float=True)
def std(
    x: Tensor, /, axis: Axes = None, ddof: float = 0, keepdims: bool = False,
    correction: float | None = None,
) -> Tensor:  # fmt: skip
    """The square root of the variance. Its gradient is NaN where all elements are equal."""
    return ops.sqrt(var(x, axis, ddof, keepdims, correction))


@composite()
def ptp(x: Tensor, /, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The largest element minus the smallest."""
    return ops.max(x, axis, keepdims) - ops.min(x, axis, keepdims)


def average(
    x: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """The mean with weights: of the shape of x, or one for each element along one axis.

    Returns:
        The average; with `returned` the pair of it and the sum of weights.
    """
    x = as_tensor(x)
    if weights is None:
        mean = ops.mean(x, axis, keepdims)
        total = ops.full_like(mean, x.size / builtins.max(mean.size, 1))
        return (mean, total) if returned else mean
    w = as_tensor(weights, backend=x._backend)
    if w.shape != x.shape:
        if w.ndim != 1 or not isinstance(axis, int) or w.shape[0] != x.shape[axis]:
            raise ShapeError("weights fit neither x nor its axis.", got=f"{w.shape}, x {x.shape}")
        w = ops.reshape(w, [n if i == axis % x.ndim else 1 for i, n in enumerate(x.shape)])
        w = ops.broadcast_to(w, x.shape)
    total = ops.sum(w, axis, keepdims)
    mean = ops.sum(x * w, axis, keepdims) / total
    return (mean, total.astype(mean.dtype, False)) if returned else mean


# Quantiles


def median(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The middle element, or the mean of the two in the middle. Gradient: as `quantile`."""
    return quantile(x, 0.5, axis, keepdims=keepdims)


def percentile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """As `quantile`, with q from 0 to 100."""
    q = q / 100 if isinstance(q, (int, float)) else as_tensor(q, "float64") / 100
    return quantile(x, q, axis, method, keepdims)


def quantile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """The value below which a share q of the elements lies.

    Args:
        q: One share or several, from 0 to 1.
        method: Between two elements: "linear", "lower", "higher", "midpoint" or "nearest".

    Shape:
        The axes of q, and then those of x that are left.

    Gradient:
        Goes to the one or two elements that make the result; of equal ones, to the first.
    """
    x = as_tensor(x)
    x = x if x.dtype.is_inexact else x.astype(default_float())
    axes = _axes(axis, x.ndim)
    rest = [i for i in range(x.ndim) if i not in axes]
    rows = ops.permute_dims(x, (*rest, *axes))
    rows = ops.sort(ops.reshape(rows, (*(x.shape[i] for i in rest), -1)), -1)
    if not isinstance(q, Tensor) and not all(0 <= v <= 1 for v in _flat(q)):
        raise ArgumentError("a quantile lies from 0 to 1.", got=f"{q}")
    shares = as_tensor(q, "float64", backend=x._backend)
    found = ops.where(ops.isnan(rows[..., -1:]), float("nan"), _between(rows, shares, method))
    found = ops.moveaxis(found, -1, 0)
    left = [1 if i in axes else n for i, n in enumerate(x.shape) if keepdims or i not in axes]
    return ops.reshape(found, (*shares.shape, *left))


def _flat(q: Any) -> list[float]:
    return [v for part in q for v in _flat(part)] if hasattr(q, "__iter__") else [q]


def _between(rows: Tensor, shares: Tensor, method: str) -> Tensor:
    """For each share an element of the sorted last axis, or a mixture of two."""
    place = ops.reshape(shares, (-1,)) * (rows.shape[-1] - 1)
    low, high = ops.floor(place), ops.ceil(place)
    if method == "nearest":
        low = high = ops.round(place)
    chosen = {"lower": (low,), "higher": (high,), "nearest": (low,)}.get(method, (low, high))
    check_one_of("method", method, ("linear", "midpoint", "lower", "higher", "nearest"))
    first, last = (ops.take(rows, p.astype("int64"), -1) for p in (chosen[0], chosen[-1]))
    if len(chosen) == 1:
        return first
    share = (place - low).astype(rows.dtype) if method == "linear" else 0.5
    mixed = first + (last - first) * share
    return ops.where(ops.equal(low, high), first, mixed)  # an infinite element counts for itself


# Correlation and counts


def cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None,
    fweights: Any = None, aweights: Any = None,
) -> Tensor:  # fmt: skip
    """The covariances of variables, one a row (a column if not rowvar).

    Args:
        y: More variables.
        bias: Divide by n, not n - 1; `ddof` says what to subtract.
        fweights: How often each observation counts; `aweights`: how important it is.
    """
    x = _variables(m, rowvar)
    if y is not None:
        x = ops.concat([x, _variables(y, rowvar)], 0)
    lost = ddof if ddof is not None else 0 if bias else 1
    given = [as_tensor(w, backend=x._backend) for w in (fweights, aweights) if w is not None]
    if not given:
        centered = x - ops.mean(x, 1, True)
        covariance = ops.matmul(centered, centered.T) / builtins.max(x.shape[1] - lost, 0)
    else:
        w = (given[0] * given[-1] if len(given) == 2 else given[0]).astype(x.dtype, False)
        total = ops.sum(w)
        once = ops.sum(w * given[-1]) / total if aweights is not None else 1.0
        centered = x - ops.sum(x * w, 1, True) / total
        covariance = ops.matmul(centered * w, centered.T) / (total - lost * once)
    return ops.squeeze(covariance)


def _variables(m: Any, rowvar: bool) -> Tensor:
    x = as_tensor(m)
    x = x if x.dtype.is_inexact else x.astype(default_float())
    if x.ndim > 2:
        raise ShapeError("variables stand in a matrix.", got=f"{x.shape}")
    return x.T if x.ndim == 2 and not rowvar else ops.atleast_2d(x)


def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Tensor:
    """The correlations of variables, one a row (a column if not rowvar), in [-1, 1]."""
    c = cov(x, y, rowvar)
    if not c.ndim:
        return c / c
    deviation = ops.sqrt(ops.diagonal(c))
    return ops.clip(c / deviation[:, None] / deviation, -1, 1)


def histogram(
    x: Any, bins: Any = 10, range: Sequence[Any] | None = None, density: bool = False,
    weights: Any = None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """How many elements fall into each bin, and the edges of the bins.

    Args:
        bins: How many, equally wide, or their edges. The last one includes its right edge.
        range: (lowest, highest) edge; default: the extremes of x.
        density: Divide by the sum and the width: the integral becomes 1.
        weights: What each element counts; 1 if None. Has a gradient.
    """
    x = ops.ravel(as_tensor(x))
    x = x if x.dtype.is_inexact else x.astype("float64")
    edges = _edges(x, bins, range) if isinstance(bins, int) else as_tensor(bins, x.dtype)
    n = edges.shape[0] - 1
    place = ops.searchsorted(edges, x, side="right") - 1
    place = ops.where(ops.equal(x, edges[-1]), n - 1, place)
    place = ops.where(ops.logical_or(place < 0, place >= n), n, place)  # n: outside
    what = 1 if weights is None else ops.ravel(as_tensor(weights))
    dtype = "int64" if isinstance(what, int) else what.dtype
    counts = ops.index_add(ops.zeros(n + 1, dtype, device=x.device), place, what)[:n]
    if density:
        counts = counts.astype(edges.dtype)
        counts = counts / ops.sum(counts) / ops.diff(edges)
    return counts, edges


def _edges(x: Tensor, bins: int, limits: Sequence[Any] | None) -> Tensor:
    if bins < 1:
        raise ArgumentError("a histogram has one bin or more.", got=f"bins={bins}")
    line = ops.iota(x, length=bins + 1, dtype=x.dtype) / bins
    if limits is None and not x.size:
        limits = (0.0, 1.0)
    ends = (ops.min(x), ops.max(x)) if limits is None else limits
    low, high = (as_tensor(v, x.dtype, backend=x._backend) for v in ends)
    wider = ops.where(ops.equal(low, high), 0.5, 0.0).astype(x.dtype, False)
    low, high = low - wider, high + wider
    return low * (1 - line) + high * line


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, 2, ... stands in x: the length depends on the values.

    Raises:
        ValueError: a negative element.
        CompileError: in a compiled step; `index_add` to a tensor of known length works there.
    """
    x = as_tensor(x)
    forbid_in_capture("the length of bincount()")
    if x.ndim != 1:
        raise ShapeError("bincount takes a vector.", got=f"{x.shape}")
    if x.size and int(ops.min(x)) < 0:
        raise ArgumentError("bincount takes no negative elements.")
    length = builtins.max(minlength, int(ops.max(x)) + 1 if x.size else 0)
    what = 1 if weights is None else as_tensor(weights, backend=x._backend)
    dtype = "int64" if isinstance(what, int) else what.dtype
    return ops.index_add(ops.zeros(length, dtype, device=x.device), x, what)


# Without NaN


def _without_nan(x: Any, value: float) -> tuple[Tensor, Tensor]:
    """x with `value` for NaN, and where x is no NaN."""
    x = as_tensor(x)
    missing = ops.isnan(x)
    return ops.where(missing, value, x) if x.dtype.is_inexact else x, ops.logical_not(missing)


def nansum(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The sum of what is no NaN."""
    return ops.sum(_without_nan(x, 0.0)[0], axis, keepdims)


def nanprod(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The product of what is no NaN."""
    return ops.prod(_without_nan(x, 1.0)[0], axis, keepdims)


def nanmean(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The mean of what is no NaN; of nothing it is NaN."""
    filled, valid = _without_nan(x, 0.0)
    return ops.sum(filled, axis, keepdims) / ops.sum(valid, axis, keepdims)


def nanvar(x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
    """The variance of what is no NaN, with divisor n - ddof; NaN where that is not positive."""
    filled, valid = _without_nan(x, 0.0)
    centered = ops.where(valid, filled - nanmean(x, axis, True), 0.0)
    n = ops.sum(valid, axis, keepdims) - ddof
    total = ops.sum(centered * centered, axis, keepdims)
    return ops.where(n > 0, total / ops.where(n > 0, n, 1), float("nan"))


def nanstd(x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
    """The standard deviation of what is no NaN."""
    return ops.sqrt(nanvar(x, axis, ddof, keepdims))


def nanmax(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The largest of what is no NaN; NaN if nothing is."""
    return _extreme(ops.max, x, axis, keepdims, -float("inf"))


def nanmin(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The smallest of what is no NaN; NaN if nothing is."""
    return _extreme(ops.min, x, axis, keepdims, float("inf"))


def _extreme(reduce: Any, x: Any, axis: Any, keepdims: bool, neutral: float) -> Tensor:
    filled, valid = _without_nan(x, neutral)
    found = reduce(filled, axis, keepdims)
    if not filled.dtype.is_inexact:
        return found
    return ops.where(ops.any(valid, axis, keepdims), found, float("nan"))
