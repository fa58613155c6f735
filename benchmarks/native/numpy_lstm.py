"""An LSTM with its backward pass, NumPy. The gates are kept in the order g i f o."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy import ndarray

from .numpy_char_lm import char_lm
from .numpy_common import State

__all__ = ["VARIANTS"]


def lstm(t: State, z: ndarray) -> tuple[ndarray, Callable[[ndarray], tuple[ndarray, ndarray]]]:
    """A sigmoid is a tanh of half its input: one call for all gates of a step, in place."""
    w, bias = t.p["layers.l0_h2h_weight"], t.p["layers.l0_h2h_bias"]
    units, (length, _, batch) = w.shape[1], z.shape
    half = np.full((len(w), 1), 0.5, w.dtype)
    half[:units] = 1
    halved = w * half
    z += bias[:, None]
    z *= half
    h, c = (np.zeros((length + 1, units, batch), w.dtype) for _ in range(2))
    squashed = np.empty((length, units, batch), w.dtype)
    gates = z.reshape(length, 4, units, batch)
    for s in range(length):
        z[s] += halved @ h[s]
        np.tanh(z[s], out=z[s])
        opened = z[s, units:]
        opened *= 0.5
        opened += 0.5
        new, write, keep, read = gates[s]
        np.multiply(keep, c[s], out=c[s + 1])
        c[s + 1] += new * write
        np.tanh(c[s + 1], out=squashed[s])
        np.multiply(read, squashed[s], out=h[s + 1])

    def backward(g: ndarray) -> tuple[ndarray, ndarray]:
        slopes, memory = _slopes(gates, c, squashed)
        gradient = np.empty_like(gates)
        flat = gradient.reshape(z.shape)
        gc = np.zeros_like(c[0])
        for s in reversed(range(length)):
            gh = g[s]
            if s + 1 < length:
                gh = w.T @ flat[s + 1]
                gh += g[s]
            gc += gh * memory[s]
            np.multiply(slopes[s, :3], gc, out=gradient[s, :3])
            np.multiply(slopes[s, 3], gh, out=gradient[s, 3])
            gc *= gates[s, 2]
        return flat, flat

    return h, backward


def _slopes(gates: ndarray, c: ndarray, squashed: ndarray) -> tuple[ndarray, ndarray]:
    """All that the gradients are multiplied by, for all steps at once.

    Returns:
        By what the gradient of the memory, for the last gate that of the state, becomes that of
        each gate; and by what that of the state adds to that of the memory.
    """
    new, write, keep, read = gates.swapaxes(0, 1)
    slopes = np.empty_like(gates)
    slopes[:, 0] = (1 - new * new) * write
    slopes[:, 1] = write * (1 - write) * new
    slopes[:, 2] = keep * (1 - keep) * c[:-1]
    slopes[:, 3] = read * (1 - read) * squashed
    return slopes, read * (1 - squashed * squashed)


VARIANTS = char_lm(lstm, 4, dict.fromkeys(("i2h", "h2h"), (2, 0, 1, 3)))
