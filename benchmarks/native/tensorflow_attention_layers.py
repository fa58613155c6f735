"""Layers of Transformers in TensorFlow; between them, x has one row for each token of a batch."""

# B batch, T time, H heads, D size of a head, U units

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import tensorflow as tf
from program import Weights

from .tensorflow_common import Params, Tensor
from .tensorflow_layers import kernels_last, linear

Activation = Callable[[Tensor], Tensor]


def fused(weights: Weights) -> Weights:
    """The projections of queries, keys and values as one; those of a memory's keys and values."""
    found = dict(weights)
    for name in weights:
        path, _, kind = name.rpartition(".query.")
        if path:
            names = ["key", "value"] if path.endswith("memory_attention") else []
            names = names or ["query", "key", "value"]
            parts = [found.pop(f"{path}.{part}.{kind}") for part in names]
            found[f"{path}.{'_'.join(names)}.{kind}"] = np.concatenate(parts)
    return kernels_last(found)


def norm(p: Params, name: str, x: Tensor) -> Tensor:
    return _norm(x, p[name + ".gamma"], p[name + ".beta"])


@tf.custom_gradient
def _norm(x: Tensor, gamma: Tensor, beta: Tensor) -> tuple[Tensor, Callable[..., Sequence[Tensor]]]:
    centered = x - tf.reduce_mean(x, -1, keepdims=True)
    scale = tf.math.rsqrt(tf.reduce_mean(centered * centered, -1, keepdims=True) + 1e-5)
    y = centered * scale

    def back(g: Tensor) -> Sequence[Tensor]:
        d = g * gamma
        slope = tf.reduce_mean(d * y, -1, keepdims=True)
        dx = scale * (d - tf.reduce_mean(d, -1, keepdims=True) - y * slope)
        return dx, tf.reduce_sum(g * y, 0), tf.reduce_sum(g, 0)

    return y * gamma + beta, back


def split_heads(x: Tensor, batch: int, parts: int, heads: int) -> list[Tensor]:
    """Rows of `parts` vectors -> as many (B, H, T, D)."""
    size = x.shape[-1] // (parts * heads)
    x = tf.reshape(x, (batch, -1, parts * heads, size))
    return tf.split(tf.transpose(x, (0, 2, 1, 3)), parts, axis=1)


def attend(qkv: Sequence[Tensor], mask: Tensor | None) -> Tensor:
    """Rows; the mask, 0 or very small, is added to the scores (B, H, T, S)."""
    q, k, v = qkv
    scores = tf.matmul(q * q.shape[-1] ** -0.5, k, transpose_b=True)
    weights = tf.nn.softmax(scores if mask is None else scores + mask)
    y: Tensor = tf.transpose(tf.matmul(weights, v), (0, 2, 1, 3))
    return tf.reshape(y, (-1, y.shape[2] * y.shape[3]))


def self_attention(
    p: Params, name: str, x: Tensor, batch: int, heads: int, mask: Tensor | None
) -> Tensor:
    qkv = split_heads(linear(p, name + ".query_key_value", x), batch, 3, heads)
    return linear(p, name + ".out", attend(qkv, mask))


def memory_attention(
    p: Params, name: str, x: Tensor, memory: Tensor, batch: int, heads: int, mask: Tensor | None
) -> Tensor:
    (q,) = split_heads(linear(p, name + ".query", x), batch, 1, heads)
    k, v = split_heads(linear(p, name + ".key_value", memory), batch, 2, heads)
    return linear(p, name + ".out", attend((q, k, v), mask))


def feed_forward(p: Params, name: str, x: Tensor, activation: Activation) -> Tensor:
    return linear(p, name + ".out", activation(linear(p, name + ".hidden", x)))


def encoder_layer(
    p: Params, name: str, x: Tensor, batch: int, heads: int, mask: Tensor | None
) -> Tensor:
    """With its norms after the sums."""
    y = self_attention(p, name + ".attention", x, batch, heads, mask)
    x = norm(p, name + ".attention_norm", x + y)
    y = feed_forward(p, name + ".feed_forward", x, tf.nn.relu)
    return norm(p, name + ".feed_forward_norm", x + y)


def causal(time: int) -> Tensor:
    return tf.constant(np.triu(np.full((time, time), -1e9, "float32"), 1))


def unpadded(seen: Tensor) -> Tensor:
    """The mask of attention to keys (B, S), most of which are seen."""
    return tf.where(seen, 0.0, -1e9)[:, None, None, :]


gelu = partial(tf.nn.gelu, approximate=True)
