"""A hidden layer with its backward pass, NumPy."""

from __future__ import annotations

from functools import partial

from numpy import ndarray

from .numpy_common import Backward, State, chain, classify, variants
from .numpy_layers import dense, relu

__all__ = ["VARIANTS"]


def mlp(t: State, x: ndarray) -> tuple[ndarray, Backward]:
    return chain(x, partial(dense, t, "features.0"), relu, partial(dense, t, "output"))


VARIANTS = variants(*classify(mlp))
