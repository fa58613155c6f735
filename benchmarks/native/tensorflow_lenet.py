"""LeNet on 16x16 images, TensorFlow, channels last."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from .layout import channels_last
from .tensorflow_common import Tensor, prepare, sync, variants

__all__ = ["VARIANTS", "prepare", "sync"]


def lenet(params: Sequence[Tensor], x: Tensor) -> Tensor:
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = params
    x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, w1, 1, "SAME"), b1))
    x = tf.nn.max_pool2d(x, 2, 2, "VALID")
    x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, w2, 1, "VALID"), b2))
    x = tf.nn.max_pool2d(x, 2, 2, "VALID")
    x = tf.nn.relu(tf.nn.bias_add(tf.matmul(tf.reshape(x, (x.shape[0], -1)), w3), b3))
    x = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, w4), b4))
    return tf.nn.bias_add(tf.matmul(x, w5), b5)


VARIANTS = variants(lenet, channels_last)
