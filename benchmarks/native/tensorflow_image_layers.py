"""Layers of images in TensorFlow: NHWC."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from .tensorflow_common import Params, Tensor


def conv(p: Params, name: str, x: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    around: Any = [[0, 0], [padding, padding], [padding, padding], [0, 0]]
    return tf.nn.conv2d(x, p[name + ".weight"], stride, around)


def conv_transpose(p: Params, name: str, x: Tensor) -> Tensor:
    """Twice as large, by a 4 x 4 kernel."""
    batch, height, width, _ = x.shape
    w = p[name + ".weight"]
    shape: Any = (batch, 2 * height, 2 * width, w.shape[2])
    return tf.nn.conv2d_transpose(x, w, shape, 2, "SAME")


def batch_norm(p: Params, name: str, x: Tensor, is_training: bool) -> Tensor:
    """In training the running statistics move by a tenth."""
    gamma, beta = p[name + ".gamma"], p[name + ".beta"]
    mean, variance = p[name + ".running_mean"], p[name + ".running_var"]
    if not is_training:
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-5)
    found = tf.raw_ops.FusedBatchNormV3(
        x=x, scale=gamma, offset=beta, mean=[], variance=[], epsilon=1e-5, is_training=True
    )
    count = x.shape.num_elements() // x.shape[3]
    biased = found.batch_variance * ((count - 1) / count)
    mean.assign_sub(0.1 * (mean - found.batch_mean))
    variance.assign_sub(0.1 * (variance - biased))
    return found.y


def bias(p: Params, name: str, x: Tensor) -> Tensor:
    return tf.nn.bias_add(x, p[name + ".bias"])
