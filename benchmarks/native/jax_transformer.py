"""The Transformer, JAX."""

from __future__ import annotations

import math

import jax
import numpy as np
from jax import Array
from workloads import PADDING

from .jax_common import Params, classify, variants
from .jax_layers import attention, encoder_cell, feed_forward, layer_norm, packed

__all__ = ["VARIANTS"]


def transformer(p: Params, source: Array, target: Array, heads: int, layers: int) -> Array:
    table = p["embedding.weight"]
    mask = (source != PADDING)[:, None, None]
    memory = embedded(table, source)
    for i in range(layers):
        memory = encoder_cell(p, f"encoder.layers.{i}.", memory, heads, mask)
    x = embedded(table, target)
    for i in range(layers):
        x = decoder_cell(p, f"decoder.layers.{i}.", x, memory, heads, mask)
    return x @ table.T


def embedded(table: Array, tokens: Array) -> Array:
    units = table.shape[1]
    return table[tokens] * math.sqrt(units) + waves(tokens.shape[1], units)


def waves(length: int, units: int) -> np.ndarray:
    """Sines and cosines of the positions, a constant of the program."""
    rates = 10000.0 ** (-np.arange(0, units, 2) / units)
    angles = np.arange(length)[:, None] * rates
    return np.stack([np.sin(angles), np.cos(angles)], -1).reshape(length, units).astype("float32")


def decoder_cell(p: Params, name: str, x: Array, memory: Array, heads: int, mask: Array) -> Array:
    y = attention(p, name + "attention", x, heads, is_causal=True)
    x = layer_norm(p, name + "attention_norm", x + y)
    y = attention(p, name + "memory_attention", x, heads, mask, memory)
    x = layer_norm(p, name + "memory_norm", x + y)
    y = feed_forward(p, name + "feed_forward", x, jax.nn.relu)
    return layer_norm(p, name + "feed_forward_norm", x + y)


VARIANTS = variants(classify(transformer), transformer, packed, sizes=("heads", "layers"))
