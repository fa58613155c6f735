"""A GRU with its backward pass, NumPy.

The gates r z n are kept as r z n for the inputs and as n r z for the states: the gradients of
n's share of the states, of r, of z and of n are then one array, of which each side takes a piece.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy import ndarray

from .numpy_char_lm import char_lm
from .numpy_common import State

__all__ = ["VARIANTS"]


def gru(t: State, x: ndarray) -> tuple[ndarray, Callable[[ndarray], tuple[ndarray, ndarray]]]:
    """h' = n + z (h - n) with n = tanh(x_n + r m); a sigmoid is a tanh of half its input."""
    w, bias = t.p["layers.l0_h2h_weight"], t.p["layers.l0_h2h_bias"][:, None]
    units, (length, _, batch) = w.shape[1], x.shape
    half = np.full((len(w), 1), 0.5, w.dtype)
    half[:units] = 1
    halved = w * half
    x[:, : 2 * units] += bias[units:]
    x[:, : 2 * units] *= 0.5
    h = np.zeros((length + 1, units, batch), w.dtype)
    m = np.empty((length, units, batch), w.dtype)
    for s in range(length):
        product = halved @ h[s]
        opened, new = x[s, : 2 * units], x[s, 2 * units :]
        np.add(product[:units], bias[:units], out=m[s])
        opened += product[units:]
        np.tanh(opened, out=opened)
        opened *= 0.5
        opened += 0.5
        new += opened[:units] * m[s]
        np.tanh(new, out=new)
        np.subtract(h[s], new, out=h[s + 1])
        h[s + 1] *= opened[units:]
        h[s + 1] += new

    def backward(g: ndarray) -> tuple[ndarray, ndarray]:
        gates = x.reshape(length, 3, units, batch)
        gradient = _slopes(gates, h, m)
        flat = gradient.reshape(length, -1, batch)
        gh = np.zeros_like(h[0])
        for s in reversed(range(length)):
            gh += g[s]
            gradient[s] *= gh
            gh *= gates[s, 1]
            gh += w.T @ flat[s, : len(w)]
        return flat[:, units:], flat[:, : len(w)]

    return h, backward


def _slopes(gates: ndarray, h: ndarray, m: ndarray) -> ndarray:
    """By what the gradient of the state becomes those of m, r, z and n, for all steps at once."""
    r, z, n = gates.swapaxes(0, 1)
    slopes = np.empty((len(m), 4, *m.shape[1:]), m.dtype)
    slopes[:, 3] = (1 - n * n) * (1 - z)
    slopes[:, 2] = (h[:-1] - n) * z * (1 - z)
    slopes[:, 0] = slopes[:, 3] * r
    slopes[:, 1] = slopes[:, 0] * (1 - r) * m
    return slopes


VARIANTS = char_lm(gru, 3, {"i2h": (0, 1, 2), "h2h": (2, 0, 1)})
