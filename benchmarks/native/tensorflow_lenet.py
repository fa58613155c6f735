"""LeNet on 16x16 images, TensorFlow, channels last."""

from __future__ import annotations

import tensorflow as tf
from program import Weights

from .tensorflow_common import Params, Tensor, classifier
from .tensorflow_layers import after_nhwc, kernels_last, linear

__all__ = ["VARIANTS"]


def convert(weights: Weights) -> Weights:
    rows = {"features.4.weight": after_nhwc(weights["features.4.weight"], 16)}
    return kernels_last({**weights, **rows})


def lenet(p: Params, x: Tensor) -> Tensor:
    x = tf.nn.conv2d(x, p["features.0.weight"], 1, "SAME")
    x = tf.nn.max_pool2d(tf.nn.relu(tf.nn.bias_add(x, p["features.0.bias"])), 2, 2, "VALID")
    x = tf.nn.conv2d(x, p["features.2.weight"], 1, "VALID")
    x = tf.nn.max_pool2d(tf.nn.relu(tf.nn.bias_add(x, p["features.2.bias"])), 2, 2, "VALID")
    x = tf.reshape(x, (x.shape[0], -1))
    for name in ("features.4", "features.5"):
        x = tf.nn.relu(linear(p, name, x))
    return linear(p, "output", x)


def lenet_im2col(p: Params, x: Tensor) -> Tensor:
    """Images as C H W N, convolutions as one matmul: XLA's own convolution is slow on CPU."""
    x = tf.pad(tf.transpose(x, (3, 1, 2, 0)), ((0, 0), (2, 2), (2, 2), (0, 0)))
    for name in ("features.0", "features.2"):
        x = conv_im2col(x, p[name + ".weight"], p[name + ".bias"])
        x = max_pool_chwn(tf.nn.relu(x))
    x = tf.reshape(x, (-1, x.shape[-1]))
    for name in ("features.4", "features.5"):
        x = tf.nn.relu(tf.matmul(p[name + ".weight"], x) + p[name + ".bias"][:, None])
    return tf.transpose(tf.matmul(p["output.weight"], x) + p["output.bias"][:, None])


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


VARIANTS = classifier(lenet, convert).variants() | {
    "function_xla_flat_im2col": classifier(lenet_im2col).flat_variants()["function_xla_flat"]
}
