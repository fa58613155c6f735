"""A convolutional variational autoencoder, Keras."""

from __future__ import annotations

import math
from typing import Any

from keras import Input, Model, ops
from keras.layers import Conv2D, Conv2DTranspose, Dense, Reshape
from program import Weights
from workloads import Sizes

from .common import variants
from .images import image_shape
from .weights import flattened

__all__ = ["VARIANTS"]


class VAE(Model):
    """Its outputs are scores in front of a sigmoid, mean and log-variance of the code."""

    def compute_loss(self, x: Any, y: Any, y_pred: Any, *_: Any, **__: Any) -> Any:
        scores, mean, log_variance = y_pred
        pixels: Any = ops.sum(ops.binary_crossentropy(x[0], scores, from_logits=True), (1, 2, 3))
        divergence: Any = ops.sum(mean * mean + ops.exp(log_variance) - log_variance - 1, 1)
        return ops.mean(pixels + divergence / 2)


def make(s: Sizes) -> Model:
    image, noise = Input(image_shape(s)), Input((s["code"],))
    found: Any = encode(s, image)
    mean, log_variance = found[:, : s["code"]], found[:, s["code"] :]
    deviation: Any = ops.exp(log_variance / 2)
    code = mean + deviation * noise
    return VAE([image, noise], [decode(s, code), mean, log_variance])


def encode(s: Sizes, x: Any) -> Any:
    x = Conv2D(s["width"], 4, 2, "same", activation="relu", name="encoder_0")(x)
    x = Conv2D(2 * s["width"], 4, 2, "same", activation="relu", name="encoder_1")(x)
    return Dense(2 * s["code"], name="encoder_2")(Reshape((-1,))(x))


def decode(s: Sizes, x: Any) -> Any:
    small = image_shape({"size": s["size"] // 4, "channels": 2 * s["width"]})
    x = Dense(math.prod(small), activation="relu", name="decoder_0")(x)
    x = Reshape(small)(x)
    x = Conv2DTranspose(s["width"], 4, 2, "same", activation="relu", name="decoder_2")(x)
    return Conv2DTranspose(s["channels"], 4, 2, "same", name="decoder_3")(x)


def convert(weights: Weights) -> Weights:
    channels = len(weights["encoder.1.weight"])
    dense = weights["decoder.0.weight"]
    return {
        **weights,
        "encoder.2.weight": flattened(weights["encoder.2.weight"], channels),
        "decoder.0.weight": flattened(dense.T, channels).T,
        "decoder.0.bias": flattened(weights["decoder.0.bias"], channels),
    }


VARIANTS = variants(make, convert, loss=None)
