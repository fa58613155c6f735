"""Very many small layers with their backward passes, NumPy.

Weights and states of all layers are one array: what is not sequential is one call for all.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy import ndarray
from program import Weights

from .numpy_common import Backward, State, chain, classify, variants
from .numpy_layers import dense

__all__ = ["VARIANTS"]

SHARE = 0.02  # of a layer's output that is added to its input


def convert(weights: Weights) -> Weights:
    new = {name: w for name, w in weights.items() if not name.startswith("layers.")}
    for part in ("weight", "bias"):
        layers = [w for name, w in weights.items() if name not in new and name.endswith(part)]
        new["layers." + part] = np.stack(layers)
    return new


def deep_mlp(t: State, x: ndarray) -> tuple[ndarray, Backward]:
    return chain(x, partial(layers, t), partial(dense, t, "output"))


def layers(t: State, x: ndarray) -> tuple[ndarray, Backward]:
    """x + 0.02 relu(x w + b), layer after layer; the share is in weights and biases."""
    weights, biases = t.p["layers.weight"] * SHARE, (t.p["layers.bias"] * SHARE)[:, None]
    states = t.kept("states", (len(weights) + 1, *x.shape), x.dtype)
    outputs = t.kept("outputs", (len(weights), *x.shape), x.dtype)
    states[0] = x
    kernels = weights.swapaxes(1, 2)
    for x, y, following, w, b in zip(states, outputs, states[1:], kernels, biases, strict=False):
        np.matmul(x, w, out=y)
        np.add(y, b, out=y)
        np.maximum(y, 0, out=y)
        np.add(x, y, out=following)

    def backward(g: ndarray) -> ndarray:
        gradients = np.greater(outputs, 0, out=outputs)
        step = np.empty_like(g)
        for gradient, w in zip(reversed(gradients), reversed(weights), strict=True):
            np.multiply(gradient, g, out=gradient)
            np.add(g, np.matmul(gradient, w, out=step), out=g)
        np.matmul(gradients.swapaxes(1, 2), states[:-1], out=t.g["layers.weight"])
        np.sum(gradients, axis=1, out=t.g["layers.bias"])
        for part in ("layers.weight", "layers.bias"):
            np.multiply(t.g[part], SHARE, out=t.g[part])
        return g

    return states[-1], backward


VARIANTS = variants(*classify(deep_mlp), convert)
