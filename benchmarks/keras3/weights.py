"""Weights by UniDeep's names, in Gluon's layouts, as Keras's layers keep them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers
from program import Weights

__all__ = ["flattened", "load"]

Get = Callable[[str], Any]  # the array of this layer with this name; None: it has none


def load(net: keras.Model, weights: Weights) -> None:
    """Set the weights of each layer, which is called as in UniDeep with _ for each dot."""
    by_name = {name.replace(".", "_"): w for name, w in weights.items()}
    for layer in net.layers:
        if isinstance(layer, keras.Model):
            load(layer, weights)
        elif layer.weights:
            prefix = layer.name + "_"
            arrays = LAYOUTS[type(layer).__name__](
                lambda name, prefix=prefix: by_name.get(prefix + name), layer
            )
            layer.set_weights([array for array in arrays if array is not None])


def _table(get: Get, layer: Any) -> list[Any]:
    return [get("weight")]


def _dense(get: Get, layer: Any) -> list[Any]:
    return [get("weight").T, get("bias")]


def _convolution(get: Get, layer: Any) -> list[Any]:
    """Either kind: Keras puts both channel axes last, those of a transposed one reversed."""
    return [get("weight").transpose(2, 3, 1, 0), get("bias")]


def _norm(get: Get, layer: Any) -> list[Any]:
    return [get(name) for name in ("gamma", "beta", "running_mean", "running_var")]


def _lstm(get: Get, layer: Any) -> list[Any]:
    bias = get("l0_i2h_bias") + get("l0_h2h_bias")
    return [get("l0_i2h_weight").T, get("l0_h2h_weight").T, bias]


def _gru(get: Get, layer: Any) -> list[Any]:
    """The gates in the order z r n."""

    def reordered(name: str) -> np.ndarray:
        r, z, n = np.split(get(name), 3)
        return np.concatenate([z, r, n])

    bias = np.stack([reordered("l0_i2h_bias"), reordered("l0_h2h_bias")])
    return [reordered("l0_i2h_weight").T, reordered("l0_h2h_weight").T, bias]


def _attention(get: Get, layer: Any) -> list[Any]:
    """Kernels with an axis for the heads."""
    heads, found = layer.num_heads, []
    for part in ("query", "key", "value"):
        kernel, bias = get(part + "_weight").T, get(part + "_bias")
        found += [kernel.reshape(len(kernel), heads, -1), bias.reshape(heads, -1)]
    kernel = get("out_weight").T
    return [*found, kernel.reshape(heads, -1, kernel.shape[1]), get("out_bias")]


LAYOUTS: dict[str, Callable[[Get, Any], list[Any]]] = {
    layers.Dense.__name__: _dense,
    layers.Conv2D.__name__: _convolution,
    layers.Conv2DTranspose.__name__: _convolution,
    layers.BatchNormalization.__name__: _norm,
    layers.LayerNormalization.__name__: _norm,
    layers.Embedding.__name__: _table,
    layers.ReversibleEmbedding.__name__: _table,
    layers.LSTM.__name__: _lstm,
    layers.GRU.__name__: _gru,
    layers.MultiHeadAttention.__name__: _attention,
    "Positions": _table,
}


def flattened(w: np.ndarray, channels: int) -> np.ndarray:
    """Rows for the elements of a flattened image, in the order of the format in use.

    Args:
        w: (out, in) or (out,); its last axis is for images C H W of square size.
    """
    if keras.config.image_data_format() == "channels_first":
        return w
    side = math.isqrt(w.shape[-1] // channels)
    images = w.reshape(-1, channels, side, side)
    return images.transpose(0, 2, 3, 1).reshape(w.shape)
