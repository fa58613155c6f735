"""A hidden layer, Keras."""

from __future__ import annotations

from keras import Input, Model
from keras.layers import Dense
from workloads import Sizes

from .common import variants

__all__ = ["VARIANTS"]


def make(s: Sizes) -> Model:
    inputs = Input((s["features"],))
    x = Dense(s["units"], activation="relu", name="features_0")(inputs)
    return Model(inputs, Dense(s["classes"], name="output")(x))


VARIANTS = variants(make)
