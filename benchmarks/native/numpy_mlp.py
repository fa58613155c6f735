"""A hidden layer with its backward pass, NumPy."""

from __future__ import annotations

from functools import partial

from numpy import ndarray

from .numpy_common import Backward, State, chain, classify, variants
from .numpy_layers import dense, relu

__all__ = ["VARIANTS"]


def mlp(t: State, x: ndarray) -> tuple[ndarray, Backward]:
    hidden, output = partial(dense, t, "features.0", is_first=True), partial(dense, t, "output")
    return chain(x, hidden, relu, output)


VARIANTS = variants(*classify(mlp))
