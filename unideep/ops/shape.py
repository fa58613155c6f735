"""The same elements in another shape or order, or repeated.

A result is a value of its own: no write to it reaches the tensor that it came from.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import numpy as _np

from unideep import ops
from unideep.canonical import (
    Axes,
    Axis,
    AxisList,
    AxisOrder,
    NewAxes,
    Pads,
    Shape,
    axis as _axis,
    axis_list as _axis_list,
    pads as _pads,
)
from unideep.dispatch import as_tensor
from unideep.errors import ShapeError
from unideep.op import composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "broadcast_shapes",
    "broadcast_to", "expand_dims", "flip", "fliplr", "flipud", "moveaxis", "pad", "permute_dims",
    "ravel", "repeat", "reshape", "resize", "roll", "rollaxis", "rot90", "squeeze", "sum_to",
    "swapaxes", "tile",
]  # fmt: skip


def _inverse(order: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(range(len(order)), key=order.__getitem__))


# Shape


@primitive(lambda g, y, x, *, shape, copy: reshape(g, x.shape))
def reshape(x: Tensor, /, shape: Shape, copy: bool | None = None) -> Tensor:
    """The same elements in row-major order; one entry may be -1: what is left.

    `copy` is the standard's. It changes nothing: whether memory is shared cannot be seen.
    """


def ravel(x: Any, /) -> Tensor:
    """All elements in row-major order along one axis."""
    return reshape(x, (-1,))


@composite()
def expand_dims(x: Tensor, /, axis: NewAxes = 0) -> Tensor:
    """New axes of size one, at these places of the result."""
    sizes = list(x.shape)
    for a in axis:  # pyright: ignore[reportGeneralTypeIssues]  canonical: sorted
        sizes.insert(a, 1)
    return reshape(x, sizes)


@composite()
def squeeze(x: Tensor, /, axis: Any = None) -> Tensor:
    """Without axes of size one: the given ones, or all.

    Raises:
        ShapeError: a given axis has another size.
    """
    if axis is None:
        return reshape(x, tuple(n for n in x.shape if n != 1))
    axes = _axis_list(axis, x.ndim)
    wrong = [a for a in axes if x.ndim and x.shape[a] != 1]
    if wrong:
        raise ShapeError(f"axis {wrong[0]} has size {x.shape[wrong[0]]}, not 1.")
    return reshape(x, tuple(n for i, n in enumerate(x.shape) if i not in axes))


def atleast_1d(*xs: Any) -> Any:
    """A scalar as a tensor of one element; a list of results for several arguments."""
    return _each(lambda x: x if x.ndim else reshape(x, (1,)), xs)


def atleast_2d(*xs: Any) -> Any:
    """A vector as one row; a list of results for several arguments."""
    return _each(lambda x: x if x.ndim > 1 else reshape(x, (1, -1)), xs)


def atleast_3d(*xs: Any) -> Any:
    """A vector as (1, n, 1), a matrix as (m, n, 1); a list of results for several arguments."""

    def deep(x: Tensor) -> Tensor:
        return reshape(x, (1, -1, 1)) if x.ndim < 2 else expand_dims(x, 2) if x.ndim == 2 else x

    return _each(deep, xs)


def _each(function: Any, xs: Sequence[Any]) -> Any:
    found = [function(as_tensor(x)) for x in xs]
    return found[0] if len(found) == 1 else found


# Order


@primitive(lambda g, y, x, *, axes: permute_dims(g, _inverse(axes)))
def permute_dims(x: Tensor, /, axes: AxisOrder = None) -> Tensor:
    """The axes in another order; None reverses them."""


@composite()
def swapaxes(x: Tensor, /, axis1: Axis, axis2: Axis) -> Tensor:
    """Two axes exchanged."""
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return permute_dims(x, order)


@composite()
def moveaxis(x: Tensor, /, source: AxisList, destination: AxisList) -> Tensor:
    """Axes moved to other places; the others keep their order."""
    sources: Any = source
    order = [i for i in range(x.ndim) if i not in sources]
    for to, a in sorted(zip(destination, sources, strict=True)):  # pyright: ignore
        order.insert(to, a)
    return permute_dims(x, order)


def rollaxis(x: Tensor, axis: int, start: int = 0) -> Tensor:
    """One axis moved to stand before the axis that is now at `start`."""
    axis = _axis(axis, x.ndim)
    start = start + x.ndim if start < 0 else start
    return moveaxis(x, axis, start - 1 if start > axis else start)


@primitive(lambda g, y, x, *, axis: flip(g, axis))
def flip(x: Tensor, /, axis: Axes = None) -> Tensor:
    """The elements in reverse order along axes."""


def flipud(x: Tensor, /) -> Tensor:
    """The rows in reverse order."""
    return flip(x, 0)


def fliplr(x: Tensor, /) -> Tensor:
    """The columns in reverse order."""
    return flip(x, 1)


def rot90(x: Tensor, k: int = 1, axes: Sequence[int] = (0, 1)) -> Tensor:
    """Turned `k` times by a right angle, from the first of the axes towards the second."""
    first, second = _axis_list(axes, x.ndim)
    turned = swapaxes(x, first, second) if k % 2 else x
    return flip(turned, [(), first, axes, second][k % 4])


def roll(x: Any, /, shift: Any, axis: Any = None) -> Tensor:
    """The elements shifted along axes; what leaves at the end comes in at the front.

    Several shifts and axes go in pairs. The flat tensor is shifted if axis is None.
    """
    x = as_tensor(x)
    if axis is None:
        return reshape(roll_axes(reshape(x, (-1,)), (shift,), (0,)), x.shape)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    shifts = shift if isinstance(shift, (tuple, list)) else (shift,)
    wide = _np.broadcast_shapes((len(axes),), (len(shifts),))
    shifts, axes = (_np.broadcast_to(v, wide).tolist() for v in (shifts, axes))
    return roll_axes(x, tuple(shifts), tuple(_axis(a, x.ndim) for a in axes))


@composite()
def roll_axes(x: Tensor, /, shift: Any, axis: Any) -> Tensor:
    """The elements shifted along axes, one after the other."""
    for by, a in zip(shift, axis, strict=True):
        if x.size and (by := by % x.shape[a]):
            x = ops.concat(ops.split(x, [x.shape[a] - by], a)[::-1], axis=a)
    return x


# Repetition


@primitive(lambda g, y, x, *, shape: g)  # the walk sums a broadcast gradient to x's own shape
def broadcast_to(x: Tensor, /, shape: Shape) -> Tensor:
    """x repeated to a larger shape by the rules of broadcasting."""


def broadcast_shapes(*shapes: int | Sequence[int]) -> tuple[int, ...]:
    """The shape to which all of these broadcast.

    Raises:
        ShapeError: they do not fit.
    """
    try:
        return _np.broadcast_shapes(*shapes)  # pyright: ignore[reportArgumentType]
    except ValueError:
        raise ShapeError("shapes do not broadcast.", got=f"{shapes}") from None


def broadcast_arrays(*xs: Any) -> list[Tensor]:
    """All arguments in the shape to which they broadcast."""
    tensors = [as_tensor(x) for x in xs]
    shape = broadcast_shapes(*(t.shape for t in tensors))
    return [t if t.shape == shape else broadcast_to(t, shape) for t in tensors]


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Tensor:
    """Each element `repeats` times along an axis; of the flat tensor if axis is None.

    Args:
        repeats: A number, or one for each element along the axis. The size of the result is known
            in a compiled step only if `repeats` is no tensor.
    """
    x = as_tensor(x)
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    if isinstance(repeats, int):
        return repeat_each(x, repeats, axis)
    counts = _np.asarray(repeats)
    if counts.size == 1:
        return repeat_each(x, int(counts.reshape(())), axis)
    if counts.shape != x.shape[_axis(axis, x.ndim) :][:1]:
        raise ShapeError("repeats has not one entry for each element.", got=f"{counts.shape}")
    places = _np.repeat(_np.arange(counts.size), counts)
    return ops.take(x, as_tensor(places, backend=x._backend), axis)


@composite()
def repeat_each(x: Tensor, /, repeats: int, axis: Axis) -> Tensor:
    """Each element `repeats` times along one axis."""
    sizes = x.shape
    wide = broadcast_to(expand_dims(x, axis + 1), (*sizes[: axis + 1], repeats, *sizes[axis + 1 :]))
    return reshape(wide, (*sizes[:axis], sizes[axis] * repeats, *sizes[axis + 1 :]))


@composite()
def tile(x: Tensor, /, reps: Shape) -> Tensor:
    """The whole tensor repeated along each axis."""
    counts: Any = reps
    ndim = builtins.max(x.ndim, len(counts))
    shape = (1,) * (ndim - x.ndim) + x.shape
    counts = (1,) * (ndim - len(counts)) + counts
    pairs = [n for r, s in zip(counts, shape, strict=True) for n in (r, s)]
    wide = broadcast_to(reshape(x, [n for s in shape for n in (1, s)]), pairs)
    return reshape(wide, [r * s for r, s in zip(counts, shape, strict=True)])


def resize(x: Any, new_shape: int | Sequence[int]) -> Tensor:
    """The elements in row-major order, again from the first where there are too few."""
    x = ravel(as_tensor(x))
    shape = (new_shape,) if isinstance(new_shape, int) else tuple(new_shape)
    size = math.prod(shape)
    if not x.size:
        return ops.full(shape, 0, x.dtype)
    return reshape(tile(x, -(-size // x.size))[:size], shape)


def pad(x: Any, /, pad_width: Any, mode: str = "constant", constant_values: float = 0) -> Tensor:
    """A border around the elements: (before, after) for each axis.

    Args:
        mode: "constant", or NumPy's "edge", "reflect", "symmetric" and "wrap", which repeat x.
    """
    x = as_tensor(x)
    if mode == "constant":
        return pad_constant(x, pad_width, constant_values)
    for axis, width in enumerate(_pads(pad_width, x.ndim)):
        if any(width):
            places = _np.pad(_np.arange(x.shape[axis]), width, mode)  # pyright: ignore
            x = ops.take(x, as_tensor(places, backend=x._backend), axis)
    return x


def _pad_gradient(g: Tensor, y: Tensor, x: Tensor, *, pad_width: Any, value: float) -> Tensor:
    return g[tuple(slice(b, b + n) for (b, _), n in zip(pad_width, x.shape, strict=True))]


@primitive(_pad_gradient)
def pad_constant(x: Tensor, /, pad_width: Pads, value: float = 0) -> Tensor:
    """A border of one value."""


def sum_to(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The gradient of broadcasting: x summed to `shape`."""
    extra = x.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(
        i + extra for i, n in enumerate(shape) if n == 1 and x.shape[i + extra] != 1
    )
    summed = ops.sum(x, axis=axes) if axes else x
    if math.prod(summed.shape) != math.prod(shape):
        raise ShapeError(f"a gradient of shape {x.shape} does not sum to {shape}.")
    return reshape(summed, shape)
