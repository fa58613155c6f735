"""DCGAN's step in Keras on TensorFlow."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from .gan import Pair, judge
from .tensorflow_loop import IMAGE_FORMAT, loader, sync

__all__ = ["GAN", "IMAGE_FORMAT", "Loop", "loader", "sync"]


class GAN(Pair):
    """`train_step` on TensorFlow."""

    def train_step(self, data: Any) -> dict[str, Any]:
        return {"loss": self.descend(*data[0])}

    def descend(self, real: Any, noise: Any) -> Any:
        """The discriminator first, on images that the generator gets its gradient from later."""
        generator, discriminator = self.generator, self.discriminator
        with tf.GradientTape() as g_tape:
            fake = generator(noise, training=True)
            with g_tape.stop_recording():
                with tf.GradientTape() as d_tape:
                    d_loss = judge(discriminator(real, training=True), 1.0)
                    d_loss += judge(discriminator(fake, training=True), 0.0)
                update(self.optimizer, d_tape, d_loss, discriminator)
            g_loss = judge(discriminator(fake, training=True), 1.0)
        update(self.g_optimizer, g_tape, g_loss, generator)
        return d_loss + g_loss


def update(optimizer: Any, tape: tf.GradientTape, loss: Any, net: keras.Model) -> None:
    trained = net.trainable_variables
    optimizer.apply(tape.gradient(loss, trained), trained)


class Loop:
    """The same without metrics."""

    def __init__(self, net: Any, loss: Any, optimizer: keras.optimizers.Adam, jit: bool) -> None:
        net.compile(optimizer)
        self._step: Any = tf.function(net.descend, jit_compile=jit)
        self.predict: Any = tf.function(lambda x: net(x), jit_compile=jit)

    def train(self, x: Any, y: Any) -> Any:
        return self._step(*x)

    def graphs(self) -> int:
        functions = self._step, self.predict
        return sum(function.experimental_get_tracing_count() for function in functions)
