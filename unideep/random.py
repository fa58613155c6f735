"""Random numbers: one seed, the same numbers on every backend.

Initial weights, shuffling and augmentation come from NumPy's Philox keyed by (seed, name).
Random operations inside a step come from Philox4x32-10 (Salmon et al., "Parallel random numbers:
as easy as 1, 2, 3", SC 2011) written on ops, keyed by (seed, number of the draw): compiled steps
get the key as an input, so every call draws anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as _np

from unideep import ops
from unideep.backend import current_backend, get_backend
from unideep.compiler.feed import Counter, feed
from unideep.dispatch import as_tensor
from unideep.dtype import DTypeLike, as_dtype
from unideep.tensor import Tensor

__all__ = ["bernoulli", "generator", "keep_mask", "normal", "seed", "uniform"]

_MASK64 = (1 << 64) - 1


class _State:
    seed: int = 0
    draws: Counter = Counter()
    streams: int = 0


def seed(value: int = 0) -> None:
    """Start all random numbers of the process anew: weights, shuffling, dropout, samples.

    Example:
        >>> import unideep as ud
        >>> ud.random.seed(7); a = ud.np.random.normal(size=3)
        >>> ud.random.seed(7); b = ud.np.random.normal(size=3)
        >>> bool((a == b).all())
        True
    """
    _State.seed = int(value)
    _State.draws.value = 0
    _State.streams = 0


def generator(name: str) -> _np.random.Generator:
    """A NumPy generator keyed by (seed, name): for weights and shuffling, equal everywhere."""
    words = [_State.seed & _MASK64, *name.encode()]
    return _np.random.Generator(_np.random.Philox(_np.random.SeedSequence(words)))


def next_stream() -> int:
    """The number of the next family of named generators (one initialize, one loader)."""
    _State.streams += 1
    return _State.streams


def _mixed(draw: int) -> int:
    """The key of draw number `draw`: splitmix64 (Steele et al., 2014) over seed and draw."""
    z = (_State.seed * 0x9E3779B97F4A7C15 + draw * 0xBF58476D1CE4E5B9) & _MASK64
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = ((z ^ (z >> shift)) * factor) & _MASK64
    z ^= z >> 31
    return z - (1 << 64) if z >> 63 else z


def _words(n: int, like: Tensor | None) -> list[Tensor]:
    """Four int64 tensors of ceil(n / 4) random 32-bit words each."""
    backend = current_backend() if like is None else get_backend(like.backend)
    key = as_tensor(feed(_State.draws, _mixed, "int64", backend), "int64", backend=backend)
    return ops.philox(key, blocks=-(-n // 4))


def _bits(n: int, like: Tensor | None = None) -> Tensor:
    return ops.concat(_words(n, like), 0)[:n]


def _size(size: Any) -> tuple[int, ...]:
    if size is None:
        return ()
    return tuple(size) if isinstance(size, Sequence) else (int(size),)


def _unit(shape: tuple[int, ...], dtype: DTypeLike, like: Tensor | None = None) -> Tensor:
    """Numbers in [0, 1): 24 random bits in float32, 53 in float64."""
    n = math.prod(shape)
    if as_dtype(dtype).itemsize < 8:
        u = (_bits(n, like) >> 8).astype(dtype) * 2.0**-24
    else:
        high, low = _bits(n, like) >> 5, _bits(n, like) >> 6
        u = (high.astype(dtype) * 2.0**26 + low.astype(dtype)) * 2.0**-53
    return ops.reshape(u, shape)


def keep_mask(shape: tuple[int, ...], keep: float, like: Tensor) -> Tensor:
    """Booleans that hold with probability `keep`, on the backend of `like`."""
    threshold = round(keep * 2**32)
    return ops.reshape(_bits(math.prod(shape), like) < threshold, shape)


def uniform(low: Any = 0.0, high: Any = 1.0, size: Any = None, dtype: DTypeLike = "float32",
            device: Any = None, ctx: Any = None) -> Tensor:  # fmt: skip
    """Samples between low and high, on the current backend."""
    return _unit(_size(size), dtype) * (high - low) + low


def normal(loc: Any = 0.0, scale: Any = 1.0, size: Any = None, dtype: DTypeLike = "float32",
           device: Any = None, ctx: Any = None) -> Tensor:  # fmt: skip
    """Samples of the normal distribution, by Box and Muller (1958)."""
    shape = _size(size)
    radius = ops.sqrt(-2.0 * ops.log(1.0 - _unit(shape, dtype)))
    return radius * ops.cos(2 * math.pi * _unit(shape, dtype)) * scale + loc


def bernoulli(prob: float = 0.5, size: Any = None, dtype: DTypeLike = "float32") -> Tensor:
    """Ones with probability `prob`, else zeros."""
    return (_unit(_size(size), "float32") < prob).astype(dtype)
