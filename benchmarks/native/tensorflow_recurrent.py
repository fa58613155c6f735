"""Recurrent layers, forward and backward, TensorFlow: Keras' own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from . import Weights
from .tensorflow_common import Tensor, sync

__all__ = ["VARIANTS", "prepare", "sync"]

LAYERS = {"lstm": tf.keras.layers.LSTM, "gru": tf.keras.layers.GRU}
Step = Callable[[Tensor], tuple[Tensor, Any]]


def prepare(x_TNH: np.ndarray) -> Tensor:
    """Keras has the batch first."""
    return tf.constant(x_TNH.swapaxes(0, 1))


def eager(mode: str, weights: Weights) -> Step:
    w, u, b, d = weights.values()
    layer = LAYERS[mode](w.shape[1], return_sequences=True)
    layer.build((None, None, w.shape[1]))
    if mode == "lstm":  # it has one bias for both
        layer.set_weights([w.T, u.T, b + d])
    else:  # update, reset, new
        order = [np.split(a, 3) for a in (w, u, b, d)]
        w, u, b, d = (np.concatenate([p[1], p[0], p[2]]) for p in order)
        layer.set_weights([w.T, u.T, np.stack([b, d])])

    def step(x: Tensor) -> tuple[Tensor, Any]:
        with tf.GradientTape() as tape:
            y = layer(x)
            loss = tf.reduce_mean(y * y)
        grads = tape.gradient(loss, layer.trainable_variables)
        return loss, [*grads, grads[2]] if mode == "lstm" else grads

    return step


def function(mode: str, jit_compile: bool, weights: Weights) -> Step:
    """The concrete function skips the argument binding and cache lookup of `tf.function`."""
    train = tf.function(eager(mode, weights), autograph=False, jit_compile=jit_compile)
    concrete: Any = None

    def step(x: Tensor) -> tuple[Tensor, Any]:
        nonlocal concrete
        if concrete is None:
            concrete = train.get_concrete_function(x)
        return concrete(x)

    return step


VARIANTS = {
    mode: {
        "eager": partial(eager, mode),
        "function": partial(function, mode, False),
        "function_xla": partial(function, mode, True),
    }
    for mode in LAYERS
}
