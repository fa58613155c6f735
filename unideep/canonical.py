"""One function per kind of attribute: what users may write -> the one form that backends get.

An operation's signature names the kind by annotation (`axis: Axis`). The result depends only on
the arguments and on the number of dimensions, so `op` caches it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from unideep.device import DeviceLike, as_device
from unideep.dtype import DTypeLike, as_dtype
from unideep.errors import AxisError, ShapeError

__all__ = [
    "KINDS",
    "Axes",
    "Axis",
    "AxisList",
    "AxisOrder",
    "DTypeAttr",
    "DeviceAttr",
    "NewAxes",
    "Pads",
    "Shape",
    "Window",
]

Axis = int
"""One axis. Canonical: not negative."""
AxisList = int | Sequence[int]
"""Axes in an order that counts. Canonical: a tuple of non-negative axes."""
NewAxes = int | Sequence[int]
"""Where the inserted axes stand in the result. Canonical: a sorted tuple."""
AxisOrder = Sequence[int] | None
"""A permutation. Canonical: a tuple of all axes; None reverses them."""
Axes = int | Sequence[int] | None
"""Axes to reduce. Canonical: a sorted tuple of non-negative axes; None means all."""
Shape = int | Sequence[int]
"""A shape. Canonical: a tuple of int."""
Window = int | Sequence[int]
"""Sizes per spatial axis. Canonical: a tuple, one int for each of the ndim - 2 spatial axes."""
Pads = int | Sequence[int] | Sequence[Sequence[int]]
"""Padding of all axes. Canonical: a tuple of (before, after) pairs, one for each axis."""
DTypeAttr = DTypeLike | None
"""A dtype, or None. Canonical: a DType, or None."""
DeviceAttr = DeviceLike | None
"""A device, or None. Canonical: a Device, or None."""


def axis(value: Any, ndim: int) -> int:
    """Axis number between 0 and ndim - 1."""
    number = operator.index(value)
    if not -ndim <= number < max(ndim, 1):
        raise AxisError(
            f"axis {number} is out of range for {ndim} dimensions.",
            fix=f"use an axis from {-ndim} to {max(ndim - 1, 0)}.",
        )
    return number % ndim if ndim else 0


def axis_list(value: Any, ndim: int) -> tuple[int, ...]:
    """Different axes in the order given."""
    found = tuple(axis(v, ndim) for v in (value if isinstance(value, (tuple, list)) else (value,)))
    if len(set(found)) < len(found):
        raise ShapeError(f"an axis stands twice in {value}.", fix="name each axis once.")
    return found


def new_axes(value: Any, ndim: int) -> tuple[int, ...]:
    """Places of axes to insert, counted in the result."""
    count = len(value) if isinstance(value, (tuple, list)) else 1
    return tuple(sorted(axis_list(value, ndim + count)))


def axes(value: Any, ndim: int) -> tuple[int, ...]:
    """Sorted axes; None means all of them."""
    if value is None:
        return tuple(range(ndim))
    if not isinstance(value, (tuple, list)):
        return (axis(value, ndim),) if ndim else axes_of_scalar(value)
    return tuple(sorted(axis_list(value, ndim)))


def axes_of_scalar(value: Any) -> tuple[int, ...]:
    """A 0-d array takes axis 0 and -1, and has none."""
    axis(value, 0)
    return ()


def axis_order(value: Any, ndim: int) -> tuple[int, ...]:
    """A permutation of the axes; None reverses them."""
    if value is None:
        return tuple(reversed(range(ndim)))
    order = tuple(axis(v, ndim) for v in value)
    if sorted(order) != list(range(ndim)):
        raise ShapeError(
            f"{tuple(value)} is not a permutation of {ndim} axes.", fix="name each axis once."
        )
    return order


def shape(value: Any, ndim: int = 0) -> tuple[int, ...]:
    """A tuple of int."""
    if isinstance(value, (tuple, list)):
        return tuple(map(operator.index, value))
    return (operator.index(value),)


def window(value: Any, ndim: int) -> tuple[int, ...]:
    """One int for each spatial axis of an (N, C, *spatial) array; an int stands for all."""
    spatial = ndim - 2
    if spatial < 1:
        raise ShapeError(
            f"the input has {ndim} axes.", fix="windows need (batch, channels, *space)."
        )
    if isinstance(value, (tuple, list)):
        sizes = tuple(map(operator.index, value))
        if len(sizes) != spatial:
            raise ShapeError(
                f"{sizes} has {len(sizes)} entries for {spatial} spatial axes.",
                fix=f"give one int, or {spatial} of them.",
            )
        return sizes
    return (operator.index(value),) * spatial


def pads(value: Any, ndim: int) -> tuple[tuple[int, int], ...]:
    """(before, after) for each axis; an int or one pair stands for all axes."""
    if not isinstance(value, (tuple, list)):
        return ((operator.index(value), operator.index(value)),) * ndim
    if value and not isinstance(value[0], (tuple, list)):
        value = [value] * ndim
    pairs = [(operator.index(p[0]), operator.index(p[-1])) for p in value]
    if len(pairs) == 1:
        pairs *= ndim
    if len(pairs) != ndim:
        raise ShapeError(f"pad_width has {len(pairs)} pairs for {ndim} axes.")
    return tuple(pairs)


def dtype(value: Any, ndim: int = 0) -> Any:
    """A DType, or None."""
    return None if value is None else as_dtype(value)


def device(value: Any, ndim: int = 0) -> Any:
    """A Device, or None."""
    return None if value is None else as_device(value)


KINDS: dict[str, Callable[[Any, int], Any]] = {
    "Axis": axis,
    "AxisList": axis_list,
    "NewAxes": new_axes,
    "Axes": axes,
    "AxisOrder": axis_order,
    "Shape": shape,
    "Window": window,
    "Pads": pads,
    "DTypeAttr": dtype,
    "DeviceAttr": device,
}
"""Annotation of an attribute -> the function that makes it canonical."""
