"""LeNet on 16x16 images, Keras."""

from __future__ import annotations

from keras import Input, Model
from keras.layers import Conv2D, Dense, MaxPooling2D, Reshape
from program import Weights
from workloads import Sizes

from .common import variants
from .images import image_shape
from .weights import flattened

__all__ = ["VARIANTS"]


def make(s: Sizes) -> Model:
    inputs = Input(image_shape(s))
    x = Conv2D(6, 5, padding="same", activation="relu", name="features_0")(inputs)
    x = MaxPooling2D(2)(x)
    x = Conv2D(16, 5, activation="relu", name="features_2")(x)
    x = Reshape((-1,))(MaxPooling2D(2)(x))
    x = Dense(120, activation="relu", name="features_4")(x)
    x = Dense(84, activation="relu", name="features_5")(x)
    return Model(inputs, Dense(s["classes"], name="output")(x))


def convert(weights: Weights) -> Weights:
    name = "features.4.weight"
    return {**weights, name: flattened(weights[name], 16)}


VARIANTS = variants(make, convert, compiled=())
