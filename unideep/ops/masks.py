"""Booleans as indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as _np

from unideep import ops
from unideep.backend import Backend
from unideep.dispatch import as_tensor, forbid_in_capture, scope
from unideep.dtype import bool_
from unideep.tensor import Tensor

__all__: list[str] = []  # what `ops.indexing` is made of, no ops


# Reading: a mask stands for the positions where it holds


def positions(mask: Any, backend: Backend) -> Sequence[Tensor]:
    """Where a mask holds. That of an array from NumPy is known before a step is compiled."""
    if isinstance(mask, Tensor):
        forbid_in_capture("indexing with a boolean mask")
        return ops.nonzero(mask)
    return [as_tensor(i, backend=backend) for i in mask.nonzero()]


def without_flags(x: Tensor, key: Any) -> tuple[Tensor, Any]:
    """x with a new axis for each 0-d boolean of the key: True picks it, False nothing."""
    parts = list(key) if type(key) is tuple else [key]
    if not any(map(_is_flag, parts)):
        return x, key
    axis = 0
    for i, k in enumerate(parts):
        if k is Ellipsis:
            axis = x.ndim - sum(map(width, parts[i + 1 :]))
        elif _is_flag(k):
            if isinstance(k, Tensor):
                forbid_in_capture("indexing with a boolean")
            x = ops.expand_dims(x, axis)
            parts[i] = _np.zeros(int(bool(k)), _np.int64)
            axis += 1
        else:
            axis += width(k)
    return x, tuple(parts)


def width(k: Any) -> int:
    """How many axes an entry of a key takes."""
    if k is None or _is_flag(k):
        return 0
    if isinstance(k, (slice, int, _np.integer)):
        return 1
    array = k if isinstance(k, (Tensor, _np.ndarray)) else _np.asarray(k)
    return array.ndim if array.dtype == bool_ else 1


def _is_flag(k: Any) -> bool:
    """Whether an entry of a key is a 0-d boolean."""
    if k is None or k is Ellipsis or type(k) is slice or type(k) is int:
        return False
    if isinstance(k, (Tensor, _np.ndarray)):
        return not k.ndim and k.dtype == bool_
    return isinstance(k, (bool, _np.bool_))


# Writing: a choice between old and new at each place, without positions. So it works in a compiled
# step, where their number is not known


def chosen(x: Tensor, key: Any, value: Tensor) -> tuple[Tensor, Tensor] | None:
    """A mask and a value that broadcast to x, if the key is a mask and whole axes around it.

    In a compiled step a value for each place where the mask holds is spread by counting them;
    whether it has as many rows is not checked there.
    """
    if (found := _lone_mask(x, key)) is None:
        return None
    mask, axis = found
    rest = x.ndim - axis - mask.ndim
    if mask.shape != x.shape[axis : axis + mask.ndim]:
        return None
    before = value.ndim - rest - 1
    if before >= 0:
        if value.shape[before] != 1:
            if scope.capture is None:
                return None
            count = ops.cumulative_sum(ops.ravel(mask), dtype="int64")
            value = ops.take(value, ops.maximum(count - 1, 0), before, mode="clip")
        middle = mask.shape if value.shape[before] != 1 else (1,) * mask.ndim
        value = ops.reshape(value, (*value.shape[:before], *middle, *value.shape[before + 1 :]))
    if value.ndim:
        value = ops.broadcast_to(value, x.shape)
    return ops.reshape(mask, (*mask.shape, *(1,) * rest)) if rest else mask, value


def _lone_mask(x: Tensor, key: Any) -> tuple[Tensor, int] | None:
    """The only mask of a key that takes all of the other axes, and the axis where it begins."""
    if not isinstance(key, tuple):
        return (as_tensor(key, backend=x._backend), 0) if _is_mask(key) else None
    places = [i for i, k in enumerate(key) if _is_mask(k)]
    if len(places) != 1:
        return None
    mask = key[(at := places[0])]
    others = [k for i, k in enumerate(key) if i != at]
    if not mask.ndim or not all(k is Ellipsis or _is_whole(k) for k in others):
        return None
    is_last = any(k is Ellipsis for k in key[:at])
    axis = x.ndim - mask.ndim - len(key[at + 1 :]) if is_last else at
    return as_tensor(mask, backend=x._backend), axis


def _is_mask(k: Any) -> bool:
    return isinstance(k, (Tensor, _np.ndarray)) and k.dtype == bool_


def _is_whole(k: Any) -> bool:
    return type(k) is slice and k.start is None and k.stop is None and k.step is None
