"""The ResNet for CIFAR, TensorFlow."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import tensorflow as tf

from .tensorflow_common import Params, Tensor, classifier
from .tensorflow_image_layers import batch_norm, conv
from .tensorflow_layers import kernels_last, linear

__all__ = ["VARIANTS"]


def resnet20(is_training: bool, p: Params, x: Tensor) -> Tensor:
    norm = partial(batch_norm, p, is_training=is_training)
    x = tf.nn.relu(norm("features.1", conv(p, "features.0", x, padding=1)))
    for stage in (3, 4, 5):
        for number in range(3):
            name = f"features.{stage}.{number}."
            stride = 2 if stage > 3 and not number else 1
            y = tf.nn.relu(norm(name + "body.1", conv(p, name + "body.0", x, stride, 1)))
            y = norm(name + "body.4", conv(p, name + "body.3", y, padding=1))
            if stride > 1:
                x = norm(name + "shortcut.1", conv(p, name + "shortcut.0", x, stride))
            x = tf.nn.relu(x + y)
    return linear(p, "output", tf.reduce_mean(x, (1, 2)))


_training = classifier(partial(resnet20, True), kernels_last)
VARIANTS = replace(_training, predict=partial(resnet20, False)).variants()
