"""GPT-2, TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from .tensorflow_attention_layers import causal, feed_forward, fused, gelu, norm, self_attention
from .tensorflow_common import Params, Tensor, classifier

__all__ = ["VARIANTS"]


def gpt(p: Params, tokens: Tensor, heads: int, layers: int) -> Tensor:
    batch, time = tokens.shape
    table = p["embedding.weight"]
    units = table.shape[1]
    x = tf.gather(table, tokens) + p["positions.weight"]
    x = tf.reshape(x, (-1, units))
    mask = causal(time)
    for name in (f"decoder.layers.{i}." for i in range(layers)):
        y = norm(p, name + "attention_norm", x)
        x += self_attention(p, name + "attention", y, batch, heads, mask)
        x += feed_forward(p, name + "feed_forward", norm(p, name + "feed_forward_norm", x), gelu)
    logits = tf.matmul(norm(p, "decoder.norm", x), table, transpose_b=True)
    return tf.reshape(logits, (batch, time, -1))


_model = classifier(gpt, fused, ("heads", "layers"))
VARIANTS = _model.variants() | _model.flat_variants()
