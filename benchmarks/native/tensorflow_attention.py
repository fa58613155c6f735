"""A pre-norm encoder layer, forward and backward, TensorFlow."""

# B batch, T time, U units, H heads, D size of a head

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from .attention import HEADS, Build, Step, Weights, packed
from .tensorflow_common import Tensor, sync

__all__ = ["VARIANTS", "prepare", "sync"]


def norm(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    mean, var = tf.nn.moments(x, -1, keepdims=True)
    return tf.nn.batch_normalization(x, mean, var, beta, gamma, 1e-5)


def linear(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """One product of matrices: TensorFlow's of three axes is a batched one, and slower."""
    rows = tf.reshape(x, (-1, x.shape[-1]))
    return tf.reshape(tf.nn.bias_add(tf.matmul(rows, w), b), (*x.shape[:-1], w.shape[-1]))


def loss_of(params: Sequence[Tensor], x_BTU: Tensor) -> Tensor:
    g1, b1, w_qkv, b_qkv, w_out, b_out, g2, b2, w_up, b_up, w_down, b_down = params
    batch, time, units = x_BTU.shape
    heads = tf.reshape(linear(norm(x_BTU, g1, b1), w_qkv, b_qkv), (batch, time, 3 * HEADS, -1))
    q, k, v = tf.split(tf.transpose(heads, (0, 2, 1, 3)), 3, axis=1)
    scores = tf.matmul(q * (units // HEADS) ** -0.5, k, transpose_b=True)
    seen = tf.constant(np.tri(time, dtype=bool))
    weights = tf.nn.softmax(tf.where(seen, scores, tf.constant(-math.inf)))
    y_BTHD = tf.transpose(tf.matmul(weights, v), (0, 2, 1, 3))
    x_BTU = x_BTU + linear(tf.reshape(y_BTHD, x_BTU.shape), w_out, b_out)
    hidden = tf.nn.gelu(linear(norm(x_BTU, g2, b2), w_up, b_up))
    y_BTU = x_BTU + linear(hidden, w_down, b_down)
    return tf.reduce_mean(y_BTU * y_BTU)


def prepare(x: np.ndarray) -> Tensor:
    return tf.constant(x)


def eager(weights: Weights) -> Step:
    return _step([tf.constant(w.T) for w in packed(weights)])


def _step(params: Sequence[Tensor]) -> Step:
    def step(x: Tensor) -> tuple[Tensor, Any]:
        with tf.GradientTape() as tape:
            tape.watch(params)
            loss = loss_of(params, x)
        return loss, tape.gradient(loss, params)

    return step


def function(weights: Weights, jit_compile: bool) -> Step:
    """The concrete function skips the argument binding and cache lookup of `tf.function`."""
    params = [tf.Variable(tf.constant(w.T)) for w in packed(weights)]
    train = tf.function(_step(params), autograph=False, jit_compile=jit_compile)
    concrete: Any = None

    def step(x: Tensor) -> tuple[Tensor, Any]:
        nonlocal concrete
        if concrete is None:
            concrete = train.get_concrete_function(x)
        return concrete(x)

    return step


VARIANTS: dict[str, Build] = {
    "eager": eager,
    "function": lambda weights: function(weights, jit_compile=False),
    "function_xla": lambda weights: function(weights, jit_compile=True),
}
