"""A generator against a discriminator, Keras."""

from __future__ import annotations

import importlib
from typing import Any

import keras
from keras import Input, Model
from keras.layers import Conv2D, Conv2DTranspose, LeakyReLU, ReLU, Reshape
from workloads import Sizes

from .common import variants
from .images import batch_norm, image_shape

__all__ = ["VARIANTS"]


def make(s: Sizes) -> Any:
    module = importlib.import_module(f"{__package__}.{keras.backend.backend()}_gan")
    return module.GAN(generator(s), discriminator(s))


def widths(s: Sizes) -> list[int]:
    """Channels at half the size, a quarter, ... down to 4 x 4 pixels."""
    return [s["width"] << step for step in range(s["size"].bit_length() - 3)]


def generator(s: Sizes) -> Model:
    noise = Input((s["code"],))
    x = Reshape(image_shape({"size": 1, "channels": s["code"]}))(noise)
    for i, wide in enumerate(reversed(widths(s))):
        stride, padding = (2, "same") if i else (1, "valid")
        name = f"generator_features_{3 * i}"
        x = Conv2DTranspose(wide, 4, stride, padding, use_bias=False, name=name)(x)
        x = ReLU()(batch_norm(f"generator_features_{3 * i + 1}")(x))
    output = Conv2DTranspose(
        s["channels"], 4, 2, "same", activation="tanh", use_bias=False, name="generator_output"
    )
    return Model(noise, output(x))


def discriminator(s: Sizes) -> Model:
    x = image = Input(image_shape(s))
    for i, wide in enumerate(widths(s)):
        place = max(0, 3 * i - 1)
        name = f"discriminator_features_{place}"
        x = Conv2D(wide, 4, 2, "same", use_bias=False, name=name)(x)
        if i:
            x = batch_norm(f"discriminator_features_{place + 1}")(x)
        x = LeakyReLU(0.2)(x)
    x = Conv2D(1, 4, use_bias=False, name="discriminator_output")(x)
    return Model(image, Reshape((1,))(x))


VARIANTS = variants(make, loss=None, loops="gan")
