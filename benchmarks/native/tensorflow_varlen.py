"""A classifier of texts whose length differs from batch to batch, TensorFlow."""

from __future__ import annotations

import tensorflow as tf
from workloads import PADDING

from .tensorflow_attention_layers import encoder_layer, fused, unpadded
from .tensorflow_common import Params, Tensor, classifier
from .tensorflow_layers import linear

__all__ = ["VARIANTS"]


def text_classifier(p: Params, tokens: Tensor, heads: int) -> Tensor:
    batch, time = tokens.shape
    seen = tokens != PADDING
    x = tf.reshape(tf.gather(p["embedding.weight"], tokens), (batch * time, -1))
    x = encoder_layer(p, "encoder.layers.0", x, batch, heads, unpadded(seen))
    shares = tf.cast(seen, x.dtype)
    shares /= tf.reduce_sum(shares, 1, keepdims=True)
    means = tf.matmul(shares[:, None], tf.reshape(x, (batch, time, -1)))[:, 0]
    return linear(p, "output", means)


VARIANTS = classifier(text_classifier, fused, ("heads",), varied=True).variants()
