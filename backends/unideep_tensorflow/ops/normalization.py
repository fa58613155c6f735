"""Normalisation: TensorFlow's kernel for batches in single precision, else the formula."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow import windows
from unideep_tensorflow.common import Tensor, weak
from unideep_tensorflow.layout import channels_last, inward, known, outward

Normalized = tuple[Tensor, Tensor, Tensor]


def batch_norm_train(
    x: Tensor, gamma: Tensor, beta: Tensor, *, axis: int, epsilon: float
) -> Normalized:
    """y, and the batch's mean and biased variance."""
    is_single = x.dtype is tf.float32 and gamma.dtype is tf.float32
    if not is_single or windows.wanted(x) or axis not in (1, x.ndim - 1):
        return _by_formula(x, gamma, beta, axis, epsilon)
    if axis == x.ndim - 1:
        return _fused(x, gamma, beta, epsilon)
    y, mean, var = _fused(inward(x, channels_last), gamma, beta, epsilon)
    return outward(y, channels_last), mean, var


def _fused(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: float) -> Normalized:
    """With channels last, which the kernel wants of exactly four axes."""
    rows = raw.Reshape(tensor=x, shape=(-1, 1, 1, x.shape[-1]))
    none = tf.zeros(0)
    y, mean, var, *_ = raw.FusedBatchNormV3(
        x=rows, scale=gamma, offset=beta, mean=none, variance=none, epsilon=epsilon
    )
    n = rows.shape[0]
    biased = var * weak((n - 1) / n, var.dtype) if n else var
    return raw.Reshape(tensor=y, shape=x.shape), tf.stop_gradient(mean), tf.stop_gradient(biased)


def _by_formula(x: Tensor, gamma: Tensor, beta: Tensor, axis: int, epsilon: float) -> Normalized:
    """In the form that x came from."""
    form, inner = known(x) or (None, x)
    place = form(x.ndim).index(axis) if form else axis
    others = [i for i in range(x.ndim) if i != place]
    column = [-1 if i == place else 1 for i in range(x.ndim)]
    mean = tf.reduce_mean(inner, others, keepdims=True)
    centered = inner - mean
    var = tf.reduce_mean(centered * centered, others, keepdims=True)
    scale = tf.reshape(gamma, column) * tf.math.rsqrt(var + weak(epsilon, x.dtype))
    y = centered * scale + tf.reshape(beta, column)
    statistics = (tf.stop_gradient(tf.reshape(v, [-1])) for v in (mean, var))
    return (outward(y, form) if form else y, *statistics)


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, *, axis: int, epsilon: float) -> Tensor:
    """Over one axis. A product with 1/√ has a cheaper gradient than a division by √."""
    column = [-1 if i == axis else 1 for i in range(x.ndim)]
    centered = x - tf.reduce_mean(x, axis, keepdims=True)
    var = tf.reduce_mean(tf.square(centered), axis, keepdims=True)
    normal = centered * tf.math.rsqrt(var + weak(epsilon, x.dtype))
    return normal * tf.reshape(gamma, column) + tf.reshape(beta, column)


OPS = {"batch_norm_train": batch_norm_train, "layer_norm": layer_norm}
