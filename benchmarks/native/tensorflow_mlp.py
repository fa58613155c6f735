"""MLP 64-64-10, TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from .layout import features_first
from .tensorflow_common import Tensor, prepare, sync, variants

__all__ = ["VARIANTS", "prepare", "sync"]


def mlp(params: Sequence[Tensor], x: Tensor) -> Tensor:
    w1, b1, w2, b2 = params
    hidden = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, w1), b1))
    return tf.nn.bias_add(tf.matmul(hidden, w2), b2)


VARIANTS = variants(mlp, features_first)
