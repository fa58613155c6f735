"""Expert baselines, written by hand against each engine alone.

A module `native.<engine>_<model>` offers

- `VARIANTS`: name -> `build(weights)`; building returns `step(x, y) -> loss`, training in place,
- `prepare(x, y)`: the engine's arrays of one NumPy batch,
- `sync(loss)`: returns when that step, parameters included, is done.

Variants may store weights and images as the engine likes them best: the loss curve is the contract.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

Array = Any  # an array of the engine at hand
Weights = Mapping[str, np.ndarray]
Step = Callable[[Array, Array], Array]
Build = Callable[[Weights], Step]

LEARNING_RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


class Baseline(Protocol):
    """What a module of this package looks like."""

    VARIANTS: dict[str, Build]

    def prepare(self, x: np.ndarray, y: np.ndarray) -> tuple[Array, Array]: ...

    def sync(self, loss: Array) -> None: ...


def load(engine: str, model: str) -> Baseline:
    module: Any = importlib.import_module(f"native.{engine}_{model}")
    return module


def is_eager(variant: str) -> bool:
    return variant.startswith("eager")


def is_idiomatic(variant: str) -> bool:
    """Whether it keeps one array a parameter and the engine's own convolution."""
    return not variant.endswith(("_flat", "_im2col"))
