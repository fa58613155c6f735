"""The ResNet of 20 layers for small images, Keras."""

from __future__ import annotations

from typing import Any

from keras import Input, Model
from keras.layers import Add, Dense, GlobalAveragePooling2D, ReLU
from workloads import Sizes

from .common import variants
from .images import conv_norm, image_shape

__all__ = ["VARIANTS"]


def make(s: Sizes) -> Model:
    inputs = Input(image_shape(s))
    x = ReLU()(conv_norm(inputs, s["width"], 3, 1, ("features_0", "features_1")))
    for stage in range(3):
        for i in range(3):
            stride = 2 if stage and not i else 1
            x = block(x, s["width"] << stage, stride, f"features_{stage + 3}_{i}")
    return Model(inputs, Dense(s["classes"], name="output")(GlobalAveragePooling2D()(x)))


def block(x: Any, channels: int, stride: int, name: str) -> Any:
    def names(part: str, first: int) -> tuple[str, str]:
        return f"{name}_{part}_{first}", f"{name}_{part}_{first + 1}"

    y = ReLU()(conv_norm(x, channels, 3, stride, names("body", 0)))
    y = conv_norm(y, channels, 3, 1, names("body", 3))
    if stride > 1:
        x = conv_norm(x, channels, 1, stride, names("shortcut", 0))
    return ReLU()(Add()([x, y]))


VARIANTS = variants(make)
