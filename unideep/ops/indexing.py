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
from unideep.canonical import Axis, axis as _axis
from unideep.dispatch import as_tensor, execute, explain, scope
from unideep.errors import ShapeError
from unideep.op import OPS, Index, composite, primitive
from unideep.ops import masks
from unideep.tensor import Tensor

__all__ = [
    "embedding", "index", "index_add", "index_set", "one_hot", "pick", "put_along_axis", "take",
    "take_along_axis",
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
    """x[key]: ints, slices, Ellipsis, None, integer arrays, boolean masks, mixed.

    An index out of range raises IndexError. In a compiled step the engine decides about an index
    that is a tensor: PyTorch raises, the others take the nearest element or give zero or NaN.
    """
    if type(key) is int:
        canonical, indices = (key,), []
    else:
        x, key = masks.without_flags(x, key)
        canonical, indices = _canonical(x, key)
    if scope.quiet and x._node is None:
        backend = x._backend
        try:
            found = backend.ops["getitem"](x._raw, [i._raw for i in indices], key=canonical)
            return Tensor(found, backend)
        except Exception as error:
            raise explain(_GETITEM, backend, (x, indices), {"key": canonical}, error) from error
    return execute(_GETITEM, (x, indices), {"key": canonical})


def index_set(x: Tensor, key: Any, value: Any) -> Tensor:
    """A copy of x in which x[key] is `value`, broadcast and cast to x."""
    value = _as_value(x, value)
    if (chosen := masks.chosen(x, key, value)) is not None:
        return ops.where(chosen[0], chosen[1], x)
    wide, key = masks.without_flags(x, key)
    canonical, indices = _canonical(wide, key)
    written = setitem(wide, value, indices, key=canonical)
    return written if wide is x else ops.reshape(written, x.shape)


def index_add(x: Tensor, key: Any, value: Any) -> Tensor:
    """A copy of x with `value` added at x[key]; an index that stands twice adds twice."""
    value = _as_value(x, value)
    if (chosen := masks.chosen(x, key, value)) is not None:
        return ops.add(x, ops.where(chosen[0], chosen[1], 0))
    wide, key = masks.without_flags(x, key)
    canonical, indices = _canonical(wide, key)
    written = add_at(wide, value, indices, key=canonical)
    return written if wide is x else ops.reshape(written, x.shape)


def _as_value(x: Tensor, value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        value = as_tensor(value, x.dtype, x.device, backend=x._backend)
    return value.astype(x.dtype, copy=False)


# Keys


def _canonical(x: Tensor, key: Any) -> tuple[Key, list[Tensor]]:
    """The hashable key and the index tensors that stand in it."""
    parts: list[Any] = []
    indices: list[Tensor] = []
    axis = 0
    for k in key if type(key) is tuple else (key,):
        if type(k) is int:
            parts.append(k)
        elif type(k) is slice:
            parts.append(Slice(_integer(k.start), _integer(k.stop), _integer(k.step)))
        elif k is None:
            parts.append(k)
            axis -= 1
        elif k is Ellipsis:
            if Ellipsis in parts:
                raise IndexError("an index has one ellipsis ('...') at most")
            parts.append(k)
            axis = x.ndim - _rest(key) - 1
        elif isinstance(k, _np.integer):
            parts.append(int(k))
        else:
            found = _index_tensors(x, k, axis)
            parts += [_backend.Index(len(indices) + i) for i in range(len(found))]
            indices += found
            axis += len(found) - 1
        axis += 1
    return tuple(parts), indices


def _rest(key: Any) -> int:
    """How many axes the entries behind the ellipsis take."""
    if type(key) is not tuple:
        return 0
    place = next(i for i, k in enumerate(key) if k is Ellipsis)
    return sum(masks.width(k) for k in key[place + 1 :] if k is not Ellipsis)


def _integer(value: Any) -> int | None:
    return value if value is None or type(value) is int else value.__index__()


def _is_empty_mask(k: Any, sizes: tuple[int, ...]) -> bool:
    """Whether a mask has no elements where it does not fit: it chooses nothing."""
    return k.ndim == len(sizes) and all(a in (0, b) for a, b in zip(k.shape, sizes, strict=True))


def _index_tensors(x: Tensor, k: Any, axis: int) -> Sequence[Tensor]:
    """An index as integer tensors; a mask becomes the positions where it holds."""
    if not isinstance(k, (Tensor, _np.ndarray, list, tuple)):
        raise IndexError(
            "only integers, slices, ellipsis (`...`), None, and integer or boolean arrays are "
            f"indices, got {k!r:.80}"
        )
    if not isinstance(k, Tensor):
        k = _np.asarray(k)
    kind = k.dtype.kind
    if kind == "b":
        sizes = x.shape[axis : axis + k.ndim]
        if k.shape != sizes and not _is_empty_mask(k, sizes):
            raise IndexError(f"a mask of shape {k.shape} does not fit x {x.shape} at axis {axis}")
        return masks.positions(k, x._backend)
    k = as_tensor(k, backend=x._backend)
    if kind == "f":  # Gluon code indexes with whole floats
        return [_whole(k)]
    if kind == "c":
        raise IndexError(f"arrays of {k.dtype} are no indices")
    return [k]


def _whole(k: Tensor) -> Tensor:
    """Floats as integers; eagerly it is checked that they are whole."""
    if scope.capture is None and bool(ops.any(ops.not_equal(k, ops.trunc(k)))):
        raise IndexError(f"an index of {k.dtype} holds numbers that are not whole")
    return k.astype("int64")


# Along an axis


def take(x: Any, indices: Any, /, axis: int | None = None, mode: str = "raise") -> Tensor:
    """The slices at `indices` along an axis; elements of the flat tensor if axis is None.

    Args:
        mode: What an index out of range gets: IndexError ("raise"), the nearest element ("clip"),
            or the index modulo the size ("wrap").
    """
    x = as_tensor(x)
    if axis is None:
        x, axis = ops.ravel(x), 0
    axis = _axis(axis, x.ndim)
    if mode != "raise":
        indices = as_tensor(indices, backend=x._backend)
        n = x.shape[axis]
        indices = ops.clip(indices, 0, n - 1) if mode == "clip" else ops.remainder(indices, n)
    return index(x, (*(builtins.slice(None),) * axis, indices))


def _grids(x: Tensor, indices: Tensor, axis: int) -> tuple[Tensor, ...]:
    """The key of what varies along one axis."""
    if indices.ndim != x.ndim:
        raise ShapeError("indices and x have the same number of axes.", got=f"{indices.shape}")
    sizes = [1] * x.ndim
    return tuple(
        indices if i == axis
        else ops.reshape(ops.iota(x, length=n, dtype="int64"), [*sizes[:i], n, *sizes[i + 1 :]])
        for i, n in enumerate(x.shape)
    )  # fmt: skip


@composite(
    lambda g, y, x, indices, *, axis: index_add(
        ops.zeros_like(x, g.dtype), _grids(x, indices, axis), g
    ),
    None,
)
def take_along_axis(x: Tensor, indices: Index, /, axis: Axis = -1) -> Tensor:
    """x at positions that vary along `axis`; the other axes of the two broadcast."""
    indices = as_tensor(indices, backend=x._backend)
    return index(x, _grids(x, indices, axis))


def put_along_axis(x: Tensor, indices: Any, values: Any, axis: int) -> Tensor:
    """A copy of x with `values` at positions that vary along `axis`.

    NumPy's function of this name writes into x; `x[...] = put_along_axis(x, ...)` does.
    """
    indices = as_tensor(indices, backend=x._backend)
    return index_set(x, _grids(x, indices, _axis(axis, x.ndim)), values)


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

    Raises:
        IndexError: one is negative or N and more (in eager calls).
    """
    indices = as_tensor(indices, backend=weight._backend).astype("int64", copy=False)
    if scope.capture is None and (least := indices.asnumpy().min(initial=0)) < 0:
        raise IndexError(f"index {least} is below 0, the first row")
    return take(weight, indices, 0)
