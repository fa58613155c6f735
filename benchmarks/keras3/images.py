"""Convolutions and norms under UniDeep's names."""

from __future__ import annotations

from typing import Any

import keras
from keras.layers import BatchNormalization, Conv2D, ZeroPadding2D
from workloads import Sizes

__all__ = ["batch_norm", "conv_norm", "image_shape"]


def image_shape(s: Sizes) -> tuple[int, ...]:
    """Of one image in the format in use."""
    shape = (s["size"], s["size"])
    if keras.config.image_data_format() == "channels_last":
        return (*shape, s["channels"])
    return (s["channels"], *shape)


def batch_norm(name: str) -> BatchNormalization:
    axis = -1 if keras.config.image_data_format() == "channels_last" else 1
    return BatchNormalization(axis=axis, momentum=0.9, epsilon=1e-5, name=name)


def conv_norm(x: Any, channels: int, kernel: int, stride: int, names: tuple[str, str]) -> Any:
    """A convolution that keeps the size, up to the stride; Keras pads only the end by itself."""
    padding = "same"
    if stride > 1 and kernel > 1:
        x, padding = ZeroPadding2D(kernel // 2)(x), "valid"
    x = Conv2D(channels, kernel, stride, padding, use_bias=False, name=names[0])(x)
    return batch_norm(names[1])(x)
