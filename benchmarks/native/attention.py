"""The encoder layer that `attention.py` measures: its sizes, weights and inputs.

A module `native.<engine>_attention` offers `VARIANTS`: name -> `build(weights)`, which returns
`step(x) -> (loss, gradients of all weights)`; and `prepare(x)` and `sync(loss)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

BATCH, TIME, UNITS, HEADS, HIDDEN = 8, 64, 128, 4, 512
Weights = dict[str, np.ndarray]
Step = Callable[[Any], tuple[Any, Sequence[Any]]]
Build = Callable[[Weights], Step]

_SHAPES = {
    "attention.query.weight": (UNITS, UNITS),
    "attention.query.bias": (UNITS,),
    "attention.key.weight": (UNITS, UNITS),
    "attention.key.bias": (UNITS,),
    "attention.value.weight": (UNITS, UNITS),
    "attention.value.bias": (UNITS,),
    "attention.out.weight": (UNITS, UNITS),
    "attention.out.bias": (UNITS,),
    "attention_norm.gamma": (UNITS,),
    "attention_norm.beta": (UNITS,),
    "feed_forward.hidden.weight": (HIDDEN, UNITS),
    "feed_forward.hidden.bias": (HIDDEN,),
    "feed_forward.out.weight": (UNITS, HIDDEN),
    "feed_forward.out.bias": (UNITS,),
    "feed_forward_norm.gamma": (UNITS,),
    "feed_forward_norm.beta": (UNITS,),
}


def initial_weights() -> Weights:
    """Under UniDeep's names."""
    rng = np.random.default_rng(0)
    return {name: _initial(rng, shape) for name, shape in _SHAPES.items()}


def _initial(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    scale = shape[-1] ** -0.5 if len(shape) > 1 else 0.5
    return (scale * rng.standard_normal(shape)).astype("float32")


def inputs(count: int = 4) -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    return list(rng.standard_normal((count, BATCH, TIME, UNITS), dtype=np.float32))


def packed(weights: Weights) -> list[np.ndarray]:
    """The weights in order, with the projections of queries, keys and values as one."""

    def both(name: str, kinds: tuple[str, str] = ("weight", "bias")) -> list[np.ndarray]:
        return [weights[f"{name}.{kind}"] for kind in kinds]

    three = zip(*(both(f"attention.{n}") for n in ("query", "key", "value")), strict=True)
    return [
        *both("attention_norm", ("gamma", "beta")),
        *(np.concatenate(parts) for parts in three),
        *both("attention.out"),
        *both("feed_forward_norm", ("gamma", "beta")),
        *both("feed_forward.hidden"),
        *both("feed_forward.out"),
    ]
