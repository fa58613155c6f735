"""Along an axis: differences, derivatives, integrals, interpolation, sums over neighbours."""

from __future__ import annotations

from typing import Any

import numpy as _np

from unideep import ops
from unideep.canonical import axes as _axes, axis as _axis
from unideep.dispatch import as_tensor
from unideep.dtype import default_float
from unideep.errors import ArgumentError, ShapeError, check_one_of
from unideep.tensor import Tensor

__all__ = ["convolve", "correlate", "diff", "ediff1d", "gradient", "interp", "trapezoid"]


def diff(x: Any, /, axis: int = -1, n: int = 1, prepend: Any = None, append: Any = None) -> Tensor:
    """Each element minus the one before, `n` times over; of booleans, whether they differ.

    Args:
        prepend, append: What to put before and behind x along the axis first.
    """
    if n < 0:
        raise ArgumentError(f"n is {n}, less than 0.")
    x = as_tensor(x)
    axis = _axis(axis, x.ndim)
    if prepend is not None or append is not None:
        ends = [x if t is x else _beside(x, t, axis) for t in (prepend, x, append) if t is not None]
        x = ops.concat(ends, axis)
    before = (slice(None),) * axis
    minus = ops.not_equal if x.dtype.kind == "b" else ops.subtract
    for _ in range(n):
        x = minus(x[(*before, slice(1, None))], x[(*before, slice(None, -1))])
    return x


def _beside(x: Tensor, value: Any, axis: int) -> Tensor:
    value = as_tensor(value, backend=x._backend)
    if value.ndim:
        return value
    return ops.broadcast_to(value, (*x.shape[:axis], 1, *x.shape[axis + 1 :]))


def ediff1d(x: Any, to_end: Any = None, to_begin: Any = None) -> Tensor:
    """The differences of the flat tensor, with more before and behind."""
    between = diff(ops.ravel(x))
    parts = [t for t in (to_begin, between, to_end) if t is not None]
    return ops.concat([ops.ravel(as_tensor(t, backend=between._backend)) for t in parts], 0)


def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Second-order central differences inside, one-sided ones of `edge_order` at the ends.

    Args:
        varargs: The distance between neighbours, or their coordinates; one for all, or for each.

    Returns:
        A tensor for one axis, else a list of them.
    """
    f = as_tensor(f)
    f = f if f.dtype.is_inexact else f.astype(default_float())
    axes = _axes(axis, f.ndim)
    steps = varargs if len(varargs) > 1 else (varargs or (1.0,)) * len(axes)
    if len(steps) != len(axes):
        raise ArgumentError(f"{len(steps)} distances for {len(axes)} axes.")
    if edge_order not in (1, 2):
        raise ArgumentError(f"edge_order is {edge_order}.", fix="1 or 2.")
    found = [_slope(f, a, step, edge_order) for a, step in zip(axes, steps, strict=True)]
    return found[0] if len(found) == 1 else found


def _slope(f: Tensor, axis: int, step: Any, edge_order: int) -> Tensor:
    n = f.shape[axis]
    if n <= edge_order:
        raise ShapeError(f"axis {axis} of size {n} is too short for edges of order {edge_order}.")
    f = ops.moveaxis(f, axis, -1)
    if isinstance(step, (int, float)) or not as_tensor(step).ndim:
        gaps = ops.broadcast_to(as_tensor(step, f.dtype, backend=f._backend), (n - 1,))
    else:
        gaps = diff(as_tensor(step, f.dtype, backend=f._backend))
    slopes = (f[..., 1:] - f[..., :-1]) / gaps
    # Inside: the mean of the slopes to both sides, each with the weight of the other's gap.
    left, right = gaps[:-1], gaps[1:]
    inside = (slopes[..., :-1] * right + slopes[..., 1:] * left) / (left + right)
    first, last = slopes[..., :1], slopes[..., -1:]
    if edge_order == 2:
        bend = (slopes[..., 1:] - slopes[..., :-1]) / (left + right)
        first = first - bend[..., :1] * gaps[0]
        last = last + bend[..., -1:] * gaps[-1]
    return ops.moveaxis(ops.concat([first, inside, last], -1), -1, axis)


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Tensor:
    """The integral along an axis by trapezoids between neighbours, at x or `dx` apart."""
    y = as_tensor(y)
    y = ops.moveaxis(y if y.dtype.is_inexact else y.astype(default_float()), axis, -1)
    if x is not None:
        x = as_tensor(x, backend=y._backend)
        dx = diff(x if x.ndim == 1 else ops.moveaxis(x, axis, -1))
    return ops.sum((y[..., 1:] + y[..., :-1]) * 0.5 * dx, axis=-1)


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None,
           period: float | None = None) -> Tensor:  # fmt: skip
    """The values at x of the broken line through the points (xp, fp), of which xp rises.

    Args:
        left, right: The values before and behind the line; default: those at its ends.
        period: The line repeats with this period; xp need not rise then.
    """
    xp, fp = as_tensor(xp), as_tensor(fp)
    x = as_tensor(x, backend=xp._backend)
    xp, fp = (t if t.dtype.is_inexact else t.astype(default_float()) for t in (xp, fp))
    if xp.ndim != 1 or xp.shape != fp.shape or not xp.size:
        raise ShapeError("xp and fp are vectors of one length.", got=f"{xp.shape}, {fp.shape}")
    if period is not None:
        x, xp, fp = _periodic(x, xp, fp, period)
    y = _on_line(x, xp, fp) if xp.shape[0] > 1 else ops.broadcast_to(fp, x.shape)
    if period is not None:
        return y
    y = ops.where(ops.less(x, xp[0]), fp[0] if left is None else left, y)
    return ops.where(ops.greater(x, xp[-1]), fp[-1] if right is None else right, y)


def _on_line(x: Tensor, xp: Tensor, fp: Tensor) -> Tensor:
    """The values on the segments, of which the first and the last go on for ever."""
    high = ops.clip(ops.searchsorted(xp, x, side="right"), 1, xp.shape[0] - 1)
    x0, x1, y0, y1 = (ops.take(t, i, 0) for t in (xp, fp) for i in (high - 1, high))
    gap = ops.where(ops.equal(x1, x0), 1, x1 - x0)
    return y0 + (y1 - y0) * ((x - x0) / gap)


def _periodic(x: Tensor, xp: Tensor, fp: Tensor, period: float) -> tuple[Tensor, Tensor, Tensor]:
    """The line over one period, with the neighbour on either side."""
    period = abs(period)
    xp = ops.remainder(xp, period)
    order = ops.argsort(xp)
    xp, fp = ops.take(xp, order, 0), ops.take(fp, order, 0)
    xp = ops.concat([xp[-1:] - period, xp, xp[:1] + period])
    return ops.remainder(x, period), xp, ops.concat([fp[-1:], fp, fp[:1]])


def convolve(a: Any, v: Any, mode: str = "full") -> Tensor:
    """The product of two vectors as polynomials: sums of a[i] v[k - i].

    Args:
        mode: "full" has len(a) + len(v) - 1 elements, "same" the middle max(len(a), len(v)) of
            them, "valid" those where the vectors overlap in whole.
    """
    a, v = as_tensor(a), as_tensor(v)
    if a.ndim != 1 or v.ndim != 1 or not a.size or not v.size:
        raise ShapeError("convolve() takes two vectors.", got=f"a {a.shape}, v {v.shape}")
    long, short = (a, v) if a.size >= v.size else (v, a)
    n, m = long.size, short.size
    starts = {"full": (0, n + m - 1), "same": ((m - 1) // 2, n), "valid": (m - 1, n - m + 1)}
    check_one_of("mode", mode, starts)
    first, count = starts[mode]
    padded = ops.pad(long, ((m - 1, m - 1),))
    windows = _np.arange(first, first + count)[:, None] + _np.arange(m)
    return ops.sum(padded[windows] * ops.flip(short, 0), 1)


def correlate(a: Any, v: Any, mode: str = "valid") -> Tensor:
    """Sums of a[i + k] conj(v[i]): `convolve` with v turned around."""
    a, v = as_tensor(a), as_tensor(v)
    if v.size > a.size:
        return ops.flip(ops.conj(correlate(v, a, mode)), 0)
    return convolve(a, ops.flip(ops.conj(v), 0), mode)
