"""Layers with their backward passes, NumPy: vectors and sequences of them, as rows."""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from .numpy_common import Backward, State


def dense(t: State, name: str, x: ndarray) -> tuple[ndarray, Backward]:
    """x (N, in) -> (N, out)."""
    w = t.p[name + ".weight"]
    y = x @ w.T
    y += t.p[name + ".bias"]

    def backward(g: ndarray) -> ndarray:
        np.matmul(g.T, x, out=t.g[name + ".weight"])
        np.sum(g, axis=0, out=t.g[name + ".bias"])
        return g @ w

    return y, backward


def relu(x: ndarray) -> tuple[ndarray, Backward]:
    """In place, both ways."""
    np.maximum(x, 0, out=x)

    def backward(g: ndarray) -> ndarray:
        return np.multiply(g, x > 0, out=g)

    return x, backward
