"""LeNet on 16x16 images, TensorFlow, channels last."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from .layout import channels_last
from .tensorflow_common import Tensor, function_flat, prepare, sync, variants

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


def lenet_im2col(params: Sequence[Tensor], x: Tensor) -> Tensor:
    """Images as C H W N, convolutions as one matmul: XLA's own convolution is slow on CPU."""
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = params
    x = tf.pad(tf.transpose(x, (3, 1, 2, 0)), ((0, 0), (2, 2), (2, 2), (0, 0)))
    x = max_pool_chwn(tf.nn.relu(conv_im2col(x, w1, b1)))
    x = max_pool_chwn(tf.nn.relu(conv_im2col(x, w2, b2)))
    x = tf.nn.relu(tf.matmul(w3, tf.reshape(x, (-1, x.shape[-1]))) + b3[:, None])
    x = tf.nn.relu(tf.matmul(w4, x) + b4[:, None])
    return tf.transpose(tf.matmul(w5, x) + b5[:, None])


def conv_im2col(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    c_out, c_in, height, width = w.shape
    rows, cols, n = x.shape[1] - height + 1, x.shape[2] - width + 1, x.shape[3]
    offsets = [(i, j) for i in range(height) for j in range(width)]
    columns = tf.stack([x[:, i : i + rows, j : j + cols] for i, j in offsets], 1)
    flat = tf.reshape(columns, (c_in * height * width, rows * cols * n))
    out = tf.matmul(tf.reshape(w, (c_out, -1)), flat) + b[:, None]
    return tf.reshape(out, (c_out, rows, cols, n))


def max_pool_chwn(x: Tensor) -> Tensor:
    channels, height, width, n = x.shape
    return tf.reduce_max(tf.reshape(x, (channels, height // 2, 2, width // 2, 2, n)), (2, 4))


VARIANTS = variants(lenet, channels_last) | {
    "function_xla_flat_im2col": lambda weights: function_flat(
        lenet_im2col, list(weights.values()), jit_compile=True
    )
}
