"""Reading and writing parts of an array.

A key without index arrays picks a block. Its size is compiled in, its place is an argument: a loop
over `x[i]` or `x[i : i + 64]` compiles once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from jax import lax, numpy as jnp
from jax.core import Tracer

from unideep.backend import Index, Slice, native_key
from unideep_jax.jitted import jitted


class Block(NamedTuple):
    """What a key picks: every `strides` of a block of `sizes`: `counts` elements, as `shape`."""

    sizes: tuple[int, ...]
    strides: tuple[Slice, ...]
    counts: tuple[int, ...]
    shape: tuple[int, ...]

    @property
    def inner(self) -> tuple[slice, ...]:
        """The elements inside the block."""
        return tuple(slice(*s) for s in self.strides)

    @property
    def is_dense(self) -> bool:
        """Whether every element of the block is picked."""
        return self.sizes == self.counts and all(s.step == 1 for s in self.strides)


@lru_cache(4096)
def _block(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[np.ndarray, Block]:
    """Where the block begins, and the block.

    Raises:
        IndexError: an int of the key is out of range, or there are more than axes.
    """
    starts, sizes, strides, counts, out = [], [], [], [], []
    axes = iter(shape)
    for k in _complete(key, len(shape)):
        if k is None:
            out.append(1)
            continue
        n = next(axes)
        picked = _position(k, n) if isinstance(k, int) else range(*slice(*k).indices(n))
        starts.append(min(picked[0], picked[-1]) if picked else 0)
        sizes.append(abs(picked[-1] - picked[0]) + 1 if picked else 0)
        strides.append(Slice(None, None, picked.step))
        counts.append(len(picked))
        if not isinstance(k, int):
            out.append(len(picked))
    block = Block(tuple(sizes), tuple(strides), tuple(counts), tuple(out))
    return np.array(starts, np.int64), block


def _complete(key: tuple[Any, ...], ndim: int) -> tuple[Any, ...]:
    """The key with a slice for each axis that it leaves out."""
    missing = ndim - sum(k is not None and k is not Ellipsis for k in key)
    if missing < 0:
        raise IndexError(f"too many indices for {ndim} dimensions")
    cut = key.index(Ellipsis) if Ellipsis in key else len(key)
    return (*key[:cut], *(Slice(None, None, None),) * missing, *key[cut + 1 :])


def _position(i: int, n: int) -> range:
    if not -n <= i < n:
        raise IndexError(f"index {i} is out of range for an axis of size {n}")
    return range(i % n, i % n + 1)


def _fit(value: Any, block: Block) -> Any:
    """A value as the elements of a block."""
    extra = max(0, value.ndim - len(block.shape))
    value = value.reshape(value.shape[extra:])  # NumPy allows further axes of size one in front
    return jnp.broadcast_to(value, block.shape).reshape(block.counts)


@jitted
def _read(x, starts, *, block):
    return lax.dynamic_slice(x, starts, block.sizes)[block.inner].reshape(block.shape)


@jitted
def _write(x, value, starts, *, block):
    value = _fit(value, block)
    if not block.is_dense:
        value = lax.dynamic_slice(x, starts, block.sizes).at[block.inner].set(value)
    return lax.dynamic_update_slice(x, value, starts)


@jitted
def _add(x, value, starts, *, block):
    part = lax.dynamic_slice(x, starts, block.sizes).at[block.inner].add(_fit(value, block))
    return lax.dynamic_update_slice(x, part, starts)


@lru_cache(4096)
def _indexed(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """The place of each index array, and the size of the axis that it indexes.

    Raises:
        IndexError: an int beside the arrays is out of range, or there are more than axes.
    """
    found = []
    for k, n in zip((k for k in _complete(key, len(shape)) if k is not None), shape, strict=True):
        if type(k) is Index:
            found.append((k.position, n))
        elif isinstance(k, int):
            _position(k, n)
    return tuple(found)


@lru_cache(4096)
def _ground(n: int) -> np.ndarray:
    """An array of size n without memory, for NumPy to find an index that is out of range."""
    return np.broadcast_to(np.False_, (n,))


def check(x: Any, indices: list[Any], key: tuple[Any, ...]) -> None:
    """Raise IndexError as NumPy does: JAX would clip. A trace knows no values and clips."""
    if len(indices) > 1:
        try:
            np.broadcast_shapes(*[i.shape for i in indices])
        except ValueError as error:
            raise IndexError(str(error)) from error
    for position, n in _indexed(key, x.shape):
        if not isinstance(i := indices[position], Tracer):
            _ground(n)[np.asarray(i)]


_gather = jitted(lambda x, indices, *, key: x[native_key(key, indices)])
_scatter = jitted(lambda x, value, indices, *, key: x.at[native_key(key, indices)].set(value))
_scatter_add = jitted(lambda x, value, indices, *, key: x.at[native_key(key, indices)].add(value))


def getitem(x, indices, *, key):
    """x[key]."""
    if indices:
        check(x, indices, key)
        return _gather(x, indices, key=key)
    starts, block = _block(key, x.shape)
    return _read(x, starts, block=block)


def setitem(x, value, indices, *, key):
    """x with x[key] = value."""
    if indices:
        check(x, indices, key)
        return _scatter(x, value, indices, key=key)
    starts, block = _block(key, x.shape)
    return _write(x, value, starts, block=block)


def add_at(x, value, indices, *, key):
    """x with value added at x[key]; an index that stands twice adds twice."""
    if indices:
        check(x, indices, key)
        return _scatter_add(x, value, indices, key=key)
    starts, block = _block(key, x.shape)
    return _add(x, value, starts, block=block)


_take_along = jitted(lambda x, indices, *, axis: jnp.take_along_axis(x, indices, axis))


def take_along_axis(x, indices, *, axis):
    """x at positions that vary along an axis."""
    if not isinstance(indices, Tracer):
        _ground(x.shape[axis])[np.asarray(indices)]
    return _take_along(x, indices, axis=axis)


OPS = {
    "getitem": getitem,
    "setitem": setitem,
    "add_at": add_at,
    "take_along_axis": take_along_axis,
}
