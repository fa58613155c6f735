"""The same elements in another shape or order."""

from __future__ import annotations

import builtins
import itertools
import math
from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.canonical import Axes, Axis, AxisOrder, NewAxis, Pads, Shape, axis as _axis
from unideep.errors import ShapeError
from unideep.op import composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "broadcast_to", "concat", "expand_dims", "flip", "moveaxis", "pad", "permute_dims", "repeat",
    "reshape", "split", "squeeze", "stack", "sum_to", "swapaxes", "tile",
]  # fmt: skip


def _inverse(order: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(range(len(order)), key=order.__getitem__))


@primitive(lambda g, y, x, *, shape: reshape(g, x.shape))
def reshape(x: Tensor, /, shape: Shape) -> Tensor:
    """The same elements in row-major order; one entry may be -1: what is left."""


@primitive(lambda g, y, x, *, axes: permute_dims(g, _inverse(axes)))
def permute_dims(x: Tensor, /, axes: AxisOrder = None) -> Tensor:
    """The axes in another order; None reverses them."""


@primitive(lambda g, y, x, *, shape: g)  # the walk sums a broadcast gradient to x's own shape
def broadcast_to(x: Tensor, /, shape: Shape) -> Tensor:
    """x repeated to a larger shape by the rules of broadcasting."""


def _concat_gradient(g: Tensor, y: Tensor, xs: Sequence[Tensor], *, axis: int) -> list[Tensor]:
    return split(g, list(itertools.accumulate(x.shape[axis] for x in xs[:-1])), axis)


@primitive(_concat_gradient)
def concat(xs: Sequence[Tensor], /, axis: Axis = 0) -> Tensor:
    """Tensors one after the other along an existing axis."""


@composite()
def stack(xs: Sequence[Tensor], /, axis: int = 0) -> Tensor:
    """Tensors of one shape along a new axis."""
    return concat([expand_dims(x, axis) for x in xs], axis)


def split(x: Tensor, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """Parts along an axis: an int gives that many equal parts, a list says where to cut.

    Raises:
        ShapeError: the axis does not divide into that many parts.

    Example:
        >>> from unideep import np
        >>> [part.tolist() for part in np.split(np.arange(5), [1, 3])]
        [[0], [1, 2], [3, 4]]
    """
    axis = _axis(axis, x.ndim)
    n, cuts = x.shape[axis], indices_or_sections
    if isinstance(cuts, int):
        if n % cuts:
            raise ShapeError(
                f"axis {axis} of size {n} does not divide into {cuts} parts.",
                fix="give a divisor of the size, or a list of places to cut.",
            )
        cuts = range(n // cuts, n, n // cuts)
    before = (slice(None),) * axis
    ends = [0, *cuts, n]
    return [x[(*before, slice(a, b))] for a, b in itertools.pairwise(ends)]


@composite()
def expand_dims(x: Tensor, /, axis: NewAxis) -> Tensor:
    """A new axis of size one."""
    return reshape(x, (*x.shape[:axis], 1, *x.shape[axis:]))


@composite()
def squeeze(x: Tensor, /, axis: Any = None) -> Tensor:
    """Without axes of size one: the given ones, or all.

    Raises:
        ShapeError: a given axis has another size.
    """
    if axis is None:
        return reshape(x, tuple(n for n in x.shape if n != 1))
    axes = {_axis(a, x.ndim) for a in ((axis,) if isinstance(axis, int) else axis)}
    wrong = [a for a in axes if x.shape[a] != 1]
    if wrong:
        raise ShapeError(f"axis {wrong[0]} has size {x.shape[wrong[0]]}, not 1.")
    return reshape(x, tuple(n for i, n in enumerate(x.shape) if i not in axes))


@composite()
def swapaxes(x: Tensor, /, axis1: Axis, axis2: Axis) -> Tensor:
    """Two axes exchanged."""
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return permute_dims(x, order)


@composite()
def moveaxis(x: Tensor, /, source: Axis, destination: Axis) -> Tensor:
    """One axis moved to another place."""
    order = [i for i in range(x.ndim) if i != source]
    order.insert(destination, source)
    return permute_dims(x, order)


@primitive(lambda g, y, x, *, axis: flip(g, axis))
def flip(x: Tensor, /, axis: Axes = None) -> Tensor:
    """The elements in reverse order along axes."""


def _pad_gradient(g: Tensor, y: Tensor, x: Tensor, *, pad_width: Any, value: float) -> Tensor:
    return g[tuple(slice(b, b + n) for (b, _), n in zip(pad_width, x.shape, strict=True))]


@primitive(_pad_gradient)
def pad(x: Tensor, /, pad_width: Pads, value: float = 0) -> Tensor:
    """A border of `value`: (before, after) for each axis."""


@composite()
def repeat(x: Tensor, /, repeats: int, axis: int | None = None) -> Tensor:
    """Each element `repeats` times along an axis; of the flat tensor if axis is None."""
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    axis = _axis(axis, x.ndim)
    wide = broadcast_to(
        expand_dims(x, axis + 1), (*x.shape[: axis + 1], repeats, *x.shape[axis + 1 :])
    )
    return reshape(wide, (*x.shape[:axis], x.shape[axis] * repeats, *x.shape[axis + 1 :]))


@composite()
def tile(x: Tensor, /, reps: Shape) -> Tensor:
    """The whole tensor repeated along each axis."""
    ndim = builtins.max(x.ndim, len(reps))  # pyright: ignore[reportArgumentType]
    shape = (1,) * (ndim - x.ndim) + x.shape
    reps = (1,) * (ndim - len(reps)) + tuple(reps)  # pyright: ignore
    pairs = [n for r, s in zip(reps, shape, strict=True) for n in (r, s)]
    wide = broadcast_to(reshape(x, [n for s in shape for n in (1, s)]), pairs)
    return reshape(wide, [r * s for r, s in zip(reps, shape, strict=True)])


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
