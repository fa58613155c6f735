"""The seed of the process, and the keys and streams that follow from it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import numpy as _np

from unideep.backend import Backend
from unideep.compiler.feed import Counter, feed
from unideep.device import DeviceLike
from unideep.dispatch import as_tensor, scope
from unideep.errors import UnknownNameError, known_names
from unideep.tensor import Tensor

__all__ = [
    "generator",
    "get_state",
    "new_key",
    "next_draw",
    "next_stream",
    "seed",
    "set_state",
    "use",
]

SOURCES = ("philox", "native")
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


def use(source: str) -> contextlib.ExitStack:
    """Where random floats come from: "philox", or "native" for the engine's own generator.

    Masks and samples still repeat with `seed`, but they differ from engine to engine. Integers,
    weights and shuffling stay as they are. The choice is one for the process; as a context manager
    it ends with the block. Eager code is faster with it on NumPy, PyTorch and TensorFlow; compiled
    code is as fast or faster with Philox on a CPU (benchmarks/README.md).

    Example:
        >>> import unideep as ud
        >>> with ud.random.use("native"):
        ...     ud.np.random.normal(size=(2, 3)).shape
        (2, 3)

    Raises:
        UnknownNameError: another source.
    """
    if source not in SOURCES:
        raise UnknownNameError(
            f"{source!r} is no source of random numbers.", fix=known_names(source, SOURCES)
        )
    way_back = contextlib.ExitStack()
    way_back.callback(setattr, type(scope), "source", scope.source)
    type(scope).source = source
    return way_back


def get_state() -> dict[str, int]:
    """The seed, and how far the random numbers of the process have come.

    Example:
        >>> import unideep as ud
        >>> state = ud.random.get_state(); a = ud.np.random.normal(size=3)
        >>> ud.random.set_state(state); b = ud.np.random.normal(size=3)
        >>> bool((a == b).all())
        True
    """
    return {"seed": _State.seed, "draws": _State.draws.value, "streams": _State.streams}


def set_state(state: Mapping[str, int]) -> None:
    """Go on where `get_state` was called; in compiled steps without a new trace."""
    _State.seed, _State.streams = state["seed"], state["streams"]
    _State.draws.value = state["draws"]


def generator(name: str) -> _np.random.Generator:
    """A NumPy generator keyed by (seed, name): for weights and shuffling, equal everywhere."""
    words = [_State.seed & _MASK64, *name.encode()]
    return _np.random.Generator(_np.random.Philox(_np.random.SeedSequence(words)))


def next_draw() -> int:
    """The number of a draw made on the host, outside of compiled steps."""
    _State.draws.value += 1
    return _State.draws.value


def next_stream() -> int:
    """The number of the next family of named generators (one initialize, one loader)."""
    _State.streams += 1
    return _State.streams


def new_key(backend: Backend, device: DeviceLike | None = None) -> Tensor:
    """The key of the next draw, 0-d int64: in a compiled step an input, so each call draws anew."""
    key: Any = feed(_State.draws, _mixed, "int64", backend)
    key = as_tensor(key, "int64", device, backend)
    return key if device is None else key.to_device(device)


def _mixed(draw: int) -> int:
    """The key of draw number `draw`: splitmix64 (Steele et al., 2014) over seed and draw."""
    z = (_State.seed * 0x9E3779B97F4A7C15 + draw * 0xBF58476D1CE4E5B9) & _MASK64
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = ((z ^ (z >> shift)) * factor) & _MASK64
    z ^= z >> 31
    return z - (1 << 64) if z >> 63 else z
