"""The Transformer that translates, TensorFlow."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from workloads import PADDING

from .tensorflow_attention_layers import (
    causal,
    encoder_layer,
    feed_forward,
    fused,
    memory_attention,
    norm,
    self_attention,
    unpadded,
)  # fmt: skip
from .tensorflow_common import Params, Tensor, classifier

__all__ = ["VARIANTS"]


def transformer(p: Params, source: Tensor, target: Tensor, heads: int, layers: int) -> Tensor:
    batch, table = source.shape[0], p["embedding.weight"]
    unseen = unpadded(source != PADDING)
    memory = embed(table, source)
    for i in range(layers):
        memory = encoder_layer(p, f"encoder.layers.{i}", memory, batch, heads, unseen)
    x, before = embed(table, target), causal(target.shape[1])
    for name in (f"decoder.layers.{i}." for i in range(layers)):
        y = self_attention(p, name + "attention", x, batch, heads, before)
        x = norm(p, name + "attention_norm", x + y)
        y = memory_attention(p, name + "memory_attention", x, memory, batch, heads, unseen)
        x = norm(p, name + "memory_norm", x + y)
        y = feed_forward(p, name + "feed_forward", x, tf.nn.relu)
        x = norm(p, name + "feed_forward_norm", x + y)
    return tf.reshape(tf.matmul(x, table, transpose_b=True), (*target.shape, -1))


def embed(table: Tensor, tokens: Tensor) -> Tensor:
    units = table.shape[1]
    x = tf.gather(table, tokens) * units**0.5 + waves(tokens.shape[1], units)
    return tf.reshape(x, (-1, units))


def waves(time: int, units: int) -> np.ndarray:
    angles = np.arange(time)[:, None] * 10000.0 ** -(np.arange(0, units, 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], -1).reshape(time, units).astype("float32")


_model = classifier(transformer, fused, ("heads", "layers"))
VARIANTS = _model.variants() | _model.flat_variants()
