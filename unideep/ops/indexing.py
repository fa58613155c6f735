"""Reading and writing parts of a tensor, by NumPy's rules on every backend.

`index` and `index_set` read what the user wrote between the brackets; the primitives get it as a
canonical key: int, None, Ellipsis, `Slice`, and `Index` for the place of an index tensor.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as _np

from unideep import backend as _backend, ops
from unideep.backend import Slice
from unideep.canonical import Axis
from unideep.dispatch import as_tensor, execute, forbid_in_capture
from unideep.op import OPS, Index, composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "embedding", "index", "index_add", "index_set", "one_hot", "pick", "take", "take_along_axis",
]  # fmt: skip

Key = tuple[Any, ...]


@primitive(
    lambda g, y, x, indices, *, key: add_at(ops.zeros_like(x, g.dtype), g, indices, key=key), None
)
def getitem(x: Tensor, indices: Sequence[Index], /, key: Key) -> Tensor:
    """x[key] with the index tensors in their places."""


@primitive(
    lambda g, y, x, value, indices, *, key: setitem(
        g, ops.zeros_like(value, g.dtype), indices, key=key
    ),
    lambda g, y, x, value, indices, *, key: getitem(g, indices, key=key),
    None,
)
def setitem(x: Tensor, value: Tensor, indices: Sequence[Index], /, key: Key) -> Tensor:
    """A copy of x in which x[key] is value."""


@primitive(
    lambda g, y, x, value, indices, *, key: g,
    lambda g, y, x, value, indices, *, key: getitem(g, indices, key=key),
    None,
)
def add_at(x: Tensor, value: Tensor, indices: Sequence[Index], /, key: Key) -> Tensor:
    """A copy of x with value added at x[key]; an index that stands twice adds twice."""


_GETITEM = OPS["getitem"]  # its attributes come canonical: nothing to bind


def index(x: Tensor, key: Any) -> Tensor:
    """x[key]: ints, slices, Ellipsis, None, integer arrays, boolean masks, mixed."""
    canonical, indices = _canonical(x, key)
    return execute(_GETITEM, (x, indices), {"key": canonical})


def index_set(x: Tensor, key: Any, value: Any) -> Tensor:
    """A copy of x in which x[key] is `value`, broadcast and cast to x."""
    if isinstance(key, Tensor) and key.dtype.kind == "b" and key.shape == x.shape:
        value = as_tensor(value, backend=x._backend)
        if value.ndim == 0:  # a mask with one value needs no positions: it works in a capture
            return ops.where(key, value.astype(x.dtype, copy=False), x)
    canonical, indices = _canonical(x, key)
    return setitem(x, _as_value(x, value), indices, key=canonical)


def index_add(x: Tensor, key: Any, value: Any) -> Tensor:
    """A copy of x with `value` added at x[key]; an index that stands twice adds twice."""
    canonical, indices = _canonical(x, key)
    return add_at(x, _as_value(x, value), indices, key=canonical)


def _as_value(x: Tensor, value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        value = as_tensor(value, x.dtype, x.device, backend=x._backend)
    return value.astype(x.dtype, copy=False)


def _canonical(x: Tensor, key: Any) -> tuple[Key, list[Tensor]]:
    """The hashable key and the index tensors that stand in it."""
    parts: list[Any] = []
    indices: list[Tensor] = []
    for k in key if isinstance(key, tuple) else (key,):
        if type(k) is slice:
            parts.append(Slice(*(_integer(v) for v in (k.start, k.stop, k.step))))
        elif k is None or k is Ellipsis:
            parts.append(k)
        elif isinstance(k, (int, _np.integer)) and not isinstance(k, bool):
            parts.append(int(k))
        else:
            for tensor in _index_tensors(as_tensor(k, backend=x._backend)):
                parts.append(_backend.Index(len(indices)))
                indices.append(tensor)
    return tuple(parts), indices


def _integer(value: Any) -> int | None:
    return None if value is None else value.__index__()


def _index_tensors(k: Tensor) -> list[Tensor]:
    """An index as integer tensors; a mask becomes the positions where it holds."""
    if k.dtype.kind == "b":
        forbid_in_capture("indexing with a boolean mask")
        places = _np.nonzero(k.asnumpy())
        return [as_tensor(p, backend=k._backend) for p in places]
    if k.dtype.kind == "f":  # Gluon code indexes with floats
        return [k.astype("int64")]
    if not k.size and k.dtype.kind not in "iu":
        return [k.astype("int64")]
    return [k]


@composite()
def take(x: Tensor, indices: Index, /, axis: int | None = None) -> Tensor:
    """The slices at `indices` along an axis; elements of the flat tensor if axis is None."""
    if axis is None:
        x, axis = ops.reshape(x, (-1,)), 0
    before = (builtins.slice(None),) * (axis % x.ndim)
    return index(x, (*before, indices))


@composite()
def take_along_axis(x: Tensor, indices: Index, /, axis: Axis = -1) -> Tensor:
    """x at positions that vary along `axis`: indices has the dimensions of x."""
    indices = as_tensor(indices, backend=x._backend)
    grids: list[Tensor] = []
    for i, n in enumerate(indices.shape):
        line = ops.iota(x, length=n, dtype="int64")
        place = [1] * x.ndim
        place[i] = n
        grids.append(indices if i == axis else ops.reshape(line, place))
    return index(x, tuple(grids))


@composite()
def pick(x: Tensor, indices: Index, /, axis: Axis = -1, keepdims: bool = False) -> Tensor:
    """One element along `axis` for each position of the other axes.

    Shape:
        x (..., n, ...), indices without that axis -> like indices.
    """
    indices = as_tensor(indices, backend=x._backend)
    positions = ops.expand_dims(indices.astype("int64", copy=False), axis)
    found = take_along_axis(x, positions, axis)
    return found if keepdims else ops.squeeze(found, axis)


@composite()
def one_hot(indices: Index, /, depth: int, on_value: float = 1.0, off_value: float = 0.0,
            dtype: Any = "float32") -> Tensor:  # fmt: skip
    """A new last axis of size `depth`, `on_value` at the index and `off_value` elsewhere."""
    indices = as_tensor(indices)
    classes = ops.iota(indices, length=depth, dtype="int64")
    hit = ops.equal(ops.expand_dims(indices.astype("int64", copy=False), -1), classes)
    return ops.where(hit, on_value, off_value).astype(dtype, copy=False)


@composite()
def embedding(indices: Index, weight: Tensor, /) -> Tensor:
    """Rows of a table.

    Shape:
        indices (...) integers (whole floats are accepted), weight (N, D) -> (..., D).
    """
    indices = as_tensor(indices, backend=weight._backend)
    return take(weight, indices.astype("int64", copy=False), 0)
