"""Layers in JAX on parameters by name: images NHWC, kernels of Dense (in, out), of others HWIO."""

from __future__ import annotations

import numpy as np
from jax import Array, lax
from program import Weights

from .jax_common import Params


def channels_last(weights: Weights) -> dict[str, np.ndarray]:
    """Weights as the layers here take them; tables of embeddings as they are."""
    return {name: _channels_last(name, weight) for name, weight in weights.items()}


def _channels_last(name: str, w: np.ndarray) -> np.ndarray:
    if w.ndim == 4:
        return w.transpose(2, 3, 1, 0)
    return w.T if w.ndim == 2 and not name.startswith(("embedding", "positions")) else w


def rows_of_nhwc(w: np.ndarray, channels: int) -> np.ndarray:
    """The kernel (in, out) of a Dense layer that follows images: its rows as NHWC has them."""
    side = round((len(w) // channels) ** 0.5)
    return w.reshape(channels, side, side, -1).transpose(1, 2, 0, 3).reshape(w.shape)


def dense(p: Params, name: str, x: Array) -> Array:
    return x @ p[name + ".weight"] + p[name + ".bias"]


def conv(x: Array, w: Array, padding: int, stride: int = 1) -> Array:
    pads = [(padding, padding)] * 2
    return lax.conv_general_dilated(
        x, w, (stride, stride), pads, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
