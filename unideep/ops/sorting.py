"""Sorting. NaN counts as larger than every number; equal elements keep their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.canonical import Axis
from unideep.dispatch import as_tensor
from unideep.errors import ArgumentError
from unideep.op import composite, primitive
from unideep.tensor import Tensor

__all__ = ["argpartition", "argsort", "lexsort", "partition", "sort", "topk"]


def sort(x: Any, /, axis: int | None = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """The elements in order along an axis; of the flat tensor if axis is None.

    Gradient: each element of the result hands its own to where it came from.
    """
    return _along(sorted_along, x, axis, descending)


def argsort(
    x: Any, /, axis: int | None = -1, descending: bool = False, stable: bool = True
) -> Tensor:
    """The positions, int64, that put the elements in order. Always stable."""
    return _along(order_along, x, axis, descending)


def _along(function: Any, x: Any, axis: int | None, descending: bool) -> Tensor:
    x = as_tensor(x)
    if axis is None:
        x, axis = ops.ravel(x), 0
    if x.dtype.kind != "c":
        return function(x, axis, descending)
    order = _complex_order(x, axis, descending)
    return order if function is order_along else ops.take_along_axis(x, order, axis)


def _complex_order(x: Tensor, axis: int, descending: bool) -> Tensor:
    """By real parts, among equal ones by imaginary parts: some engines do not sort complex."""
    inner = order_along(ops.imag(x), axis, descending)
    outer = order_along(ops.take_along_axis(ops.real(x), inner, axis), axis, descending)
    return ops.take_along_axis(inner, outer, axis)


@primitive()
def order_along(x: Tensor, /, axis: Axis, descending: bool = False) -> Tensor:
    """The positions that put the elements in order along one axis, stable, int64."""


@composite()
def sorted_along(x: Tensor, /, axis: Axis, descending: bool = False) -> Tensor:
    """The elements in order along one axis."""
    if not x.ndim:
        return x
    return ops.take_along_axis(x, order_along(x, axis, descending), axis)


def lexsort(keys: Any, /, axis: int = -1) -> Tensor:
    """The positions that sort by the last key, where it is equal by the one before, and so on."""
    rows = ops.unstack(keys) if isinstance(keys, Tensor) else [as_tensor(k) for k in keys]
    order = argsort(rows[0], axis)
    for key in rows[1:]:
        again = argsort(ops.take_along_axis(key, order, axis), axis)
        order = ops.take_along_axis(order, again, axis)
    return order


def partition(x: Any, kth: int | Sequence[int], axis: int | None = -1) -> Tensor:
    """What is smaller than the element at the place `kth` before it: all elements in order."""
    return sort(x, axis)


def argpartition(x: Any, kth: int | Sequence[int], axis: int | None = -1) -> Tensor:
    """The positions that partition x: those that sort it."""
    return argsort(x, axis)


def topk(
    x: Any, k: int = 1, axis: int | None = -1, ret_typ: str = "indices", is_ascend: bool = False,
    dtype: Any = "float32",
) -> Any:  # fmt: skip
    """The k largest elements along an axis, the largest first (the smallest if `is_ascend`).

    Args:
        axis: None takes the flat tensor.
        ret_typ: "value", "indices" (in `dtype`), "both", or "mask": 1 where an element is chosen.
    """
    x = as_tensor(x)
    if axis is None:
        return topk(ops.ravel(x), k, 0, ret_typ, is_ascend, dtype)
    axis = int(axis % x.ndim)
    if not 0 < k <= x.shape[axis]:
        raise ArgumentError(f"k={k} of {x.shape[axis]} elements.", fix="1 to the size of the axis.")
    places = argsort(x, axis, not is_ascend)[(slice(None),) * axis + (slice(k),)]
    if ret_typ == "mask":
        return ops.put_along_axis(ops.zeros_like(x, dtype), places, 1, axis)
    values = ops.take_along_axis(x, places, axis)
    indices = places.astype(dtype)
    found = {"value": values, "indices": indices, "both": [values, indices]}
    if ret_typ not in found:
        raise ArgumentError(f"no ret_typ {ret_typ!r}.", fix="value, indices, both or mask.")
    return found[ret_typ]
