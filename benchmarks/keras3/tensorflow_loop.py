"""Keras's loop on TensorFlow: a gradient tape in one `tf.function`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

__all__ = ["IMAGE_FORMAT", "Loop", "loader", "sync"]

IMAGE_FORMAT = "channels_last"  # TensorFlow's CPU kernels know no other


class Loop:
    """Trains `net` with `optimizer`; `loss` as in `variants`."""

    def __init__(self, net: Any, loss: Any, optimizer: keras.optimizers.Optimizer, jit: bool):
        optimizer.build(net.trainable_variables)

        @tf.function(jit_compile=jit)
        def step(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                output = net(x, training=True)
                value = net.compute_loss(x, None, output) if loss is None else loss(y, output)
            trained = net.trainable_variables
            # Keras squares the gradient of a table row by row, before rows of one token are summed.
            grads = map(tf.convert_to_tensor, tape.gradient(value, trained))
            optimizer.apply(list(grads), trained)
            return value

        self.train: Any = step
        self.predict: Any = tf.function(lambda x: net(x, training=False), jit_compile=jit)

    def graphs(self) -> int:
        functions = self.train, self.predict
        return sum(function.experimental_get_tracing_count() for function in functions)


def loader(arrays: Sequence[np.ndarray], batch_size: int) -> tf.data.Dataset:
    rows = tf.data.Dataset.from_tensor_slices(tuple(arrays)).shuffle(len(arrays[0]))
    return rows.batch(batch_size).prefetch(tf.data.AUTOTUNE)


def sync(result: Any) -> None:
    """A CPU is done when a call returns: a function gives its outputs after its updates."""
    if "GPU" in result.device:
        tf.test.experimental.sync_devices()
