"""Activation functions that TensorFlow has kernels for; the others are what their bodies say."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import DISCRETE, Function, Tensor, weak
from unideep_tensorflow.layout import unary
from unideep_tensorflow.spec import EAGER


def of_floats(function: Function) -> Function:
    """`function`, on integers as floats."""

    def call(x: Tensor, **attrs: Any) -> Tensor:
        return function(tf.cast(x, tf.float32) if x.dtype in DISCRETE else x, **attrs)

    return call


def leaky_relu(x: Tensor, *, slope: float) -> Tensor:
    """x where positive, slope * x elsewhere.

    The kernel's slope has 32 bits, and Grappler fails at BiasAdd + LeakyRelu.
    """
    if x.dtype is not tf.float64 and (type(x) is EAGER or x.op.type != "BiasAdd"):
        return raw.LeakyRelu(features=x, alpha=slope)
    return tf.where(x > weak(0.0, x.dtype), x, x * weak(slope, x.dtype))


def elu(x: Tensor, *, alpha: float) -> Tensor:
    """x where positive, alpha (exp(x) - 1) elsewhere."""
    if alpha == 1.0:
        return tf.nn.elu(x)
    zero = weak(0.0, x.dtype)
    return tf.where(x > zero, x, weak(alpha, x.dtype) * tf.math.expm1(tf.where(x > zero, zero, x)))


def softmax(x: Tensor, *, axis: int) -> Tensor:
    """exp(x) / Σ exp(x); the kernel knows the last axis."""
    return raw.Softmax(logits=x) if axis == x.ndim - 1 else tf.nn.softmax(x, axis)


def log_softmax(x: Tensor, *, axis: int) -> Tensor:
    """The logarithm of softmax; the kernel knows the last axis."""
    return raw.LogSoftmax(logits=x) if axis == x.ndim - 1 else tf.nn.log_softmax(x, axis)


OPS = {
    "relu": unary(tf.nn.relu),
    "leaky_relu": unary(of_floats(leaky_relu)),
    "sigmoid": unary(lambda x: raw.Sigmoid(x=x)),
    "softplus": unary(tf.nn.softplus),
    "log_sigmoid": unary(lambda x: -tf.nn.softplus(-x)),
    "elu": unary(of_floats(elu)),
    "selu": unary(of_floats(tf.nn.selu)),
    "softmax": softmax,
    "log_softmax": log_softmax,
}
