"""The Transformer, HIPS autograd."""

from __future__ import annotations

import math

import numpy as np

from .autograd_attention import attention, encoder_layer, feed_forward, layer_norm
from .autograd_common import Array, Params, State, classify, embedding, relu, variants
from .numpy_attention import causal, seen
from .numpy_layers import waves

__all__ = ["VARIANTS"]


def transformer(t: State, p: Params, source: Array, target: Array) -> Array:
    batch, table = len(source), p["embedding.weight"]
    unseen = seen(source, table.dtype)
    memory = embedded(table, source)
    for i in range(t.sizes["layers"]):
        memory = encoder_layer(t, p, f"encoder.layers.{i}.", unseen, batch, memory)
    x = embedded(table, target)
    mask = causal(target.shape[1], table.dtype)
    for i in range(t.sizes["layers"]):
        name = f"decoder.layers.{i}."
        x = x + attention(t, p, name + "attention", mask, batch, x)
        x = layer_norm(p, name + "attention_norm", x)
        x = x + attention(t, p, name + "memory_attention", unseen, batch, x, memory)
        x = layer_norm(p, name + "memory_norm", x)
        x = x + feed_forward(p, name + "feed_forward", x, relu)
        x = layer_norm(p, name + "feed_forward_norm", x)
    return x @ table.T


def embedded(table: Array, tokens: Array) -> Array:
    """(B, T) -> (B T, U): scaled, and its positions added."""
    positions = waves(tokens.shape[1], table.shape[1], table.dtype)
    x = math.sqrt(table.shape[1]) * embedding(table, tokens)
    return x + np.tile(positions, (len(tokens), 1))


VARIANTS = variants(*classify(transformer))
