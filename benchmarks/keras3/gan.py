"""What DCGAN is on every backend."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

__all__ = ["Pair", "judge"]


class Pair(keras.Model):
    """Both nets; called with (real, noise) or (noise,), it draws."""

    inputs = ("real", "noise")

    def __init__(self, generator: Any, discriminator: Any) -> None:
        super().__init__()
        self.generator, self.discriminator = generator, discriminator

    def compile(self, optimizer: Any, loss: Any = None) -> None:
        """Each net gets such an optimizer of its own."""
        self.g_optimizer = type(optimizer).from_config(optimizer.get_config())
        self.g_optimizer.build(self.generator.trainable_variables)
        optimizer.build(self.discriminator.trainable_variables)
        super().compile(optimizer, loss)

    def call(self, inputs: Any, training: bool = False) -> Any:
        return self.generator(inputs[-1], training=training)


def judge(scores: Any, label: float) -> Any:
    """The mean loss of scores that should say `label`."""
    labels = ops.full_like(scores, label)
    return ops.mean(ops.binary_crossentropy(labels, scores, from_logits=True))
