"""Dropout by hand: `builders(engine)` gives {variant: build}, and `build()` a step(x)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

Step = Callable[[Any], Any]
RATE = 0.5


def on_numpy() -> dict[str, Callable[[], Step]]:
    import numpy as np

    def eager() -> Step:
        rng = np.random.default_rng(0)
        return lambda x: np.where(rng.random(x.shape, np.float32) < 1 - RATE, x / (1 - RATE), 0)

    return {"eager": eager}


def on_torch() -> dict[str, Callable[[], Step]]:
    import torch
    from torch.nn.functional import dropout

    return {
        "eager": lambda: lambda x: dropout(x, RATE),
        "compile": lambda: torch.compile(lambda x: dropout(x, RATE)),
    }


def on_jax() -> dict[str, Callable[[], Step]]:
    import jax
    import jax.numpy as jnp

    def drop(x: Any, key: Any) -> Any:
        return jnp.where(jax.random.bernoulli(key, 1 - RATE, x.shape), x / (1 - RATE), 0)

    def step(function: Callable[..., Any]) -> Step:
        key, calls = jax.random.key(0), count()
        return lambda x: function(x, jax.random.fold_in(key, next(calls)))

    return {"eager": lambda: step(drop), "jit": lambda: step(jax.jit(drop))}


def on_tensorflow() -> dict[str, Callable[[], Step]]:
    import tensorflow as tf

    return {
        "eager": lambda: lambda x: tf.nn.dropout(x, RATE),
        "function": lambda: tf.function(lambda x: tf.nn.dropout(x, RATE)),
    }


def builders(engine: str) -> dict[str, Callable[[], Step]]:
    return globals()[f"on_{engine}"]()
