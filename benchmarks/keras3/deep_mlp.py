"""Two hundred small layers, each of which adds to its input, Keras."""

from __future__ import annotations

from keras import Input, Model
from keras.layers import Dense
from workloads import Sizes

from .common import variants

__all__ = ["VARIANTS"]


def make(s: Sizes) -> Model:
    x = inputs = Input((s["features"],))
    for i in range(s["layers"]):
        x = x + 0.02 * Dense(s["features"], activation="relu", name=f"layers_{i}")(x)
    return Model(inputs, Dense(s["classes"], name="output")(x))


VARIANTS = variants(make)
