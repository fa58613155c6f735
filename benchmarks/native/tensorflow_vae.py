"""A convolutional variational autoencoder, TensorFlow."""

from __future__ import annotations

import tensorflow as tf
from program import Weights

from .tensorflow_common import Params, Tensor, model
from .tensorflow_image_layers import bias, conv, conv_transpose
from .tensorflow_layers import after_nhwc, kernels_last, linear

__all__ = ["VARIANTS"]


def convert(weights: Weights) -> Weights:
    channels = len(weights["encoder.1.weight"])
    first, shift = weights["decoder.0.weight"], weights["decoder.0.bias"]
    rows = {
        "encoder.2.weight": after_nhwc(weights["encoder.2.weight"], channels),
        "decoder.0.weight": after_nhwc(first.T, channels).T,
        "decoder.0.bias": after_nhwc(shift[None], channels)[0],
    }
    return kernels_last({**weights, **rows})


def encode(p: Params, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """A sample of the codes, and their distribution."""
    for name in ("encoder.0", "encoder.1"):
        x = tf.nn.relu(bias(p, name, conv(p, name, x, 2, 1)))
    found = linear(p, "encoder.2", tf.reshape(x, (x.shape[0], -1)))
    mean, log_variance = tf.split(found, 2, axis=1)
    return mean + tf.exp(0.5 * log_variance) * noise, mean, log_variance


def decode(p: Params, code: Tensor) -> Tensor:
    x = tf.nn.relu(linear(p, "decoder.0", code))
    channels = p["decoder.2.weight"].shape[3]
    side = round((x.shape[1] // channels) ** 0.5)
    x = tf.reshape(x, (-1, side, side, channels))
    x = tf.nn.relu(bias(p, "decoder.2", conv_transpose(p, "decoder.2", x)))
    return bias(p, "decoder.3", conv_transpose(p, "decoder.3", x))


def losses(p: Params, x: Tensor, noise: Tensor) -> Tensor:
    code, mean, log_variance = encode(p, x, noise)
    entropies = tf.nn.sigmoid_cross_entropy_with_logits(x, decode(p, code))
    divergences = mean * mean + tf.exp(log_variance) - log_variance - 1
    return tf.reduce_sum(entropies, (1, 2, 3)) + 0.5 * tf.reduce_sum(divergences, 1)


def predict(p: Params, x: Tensor, noise: Tensor) -> Tensor:
    return decode(p, encode(p, x, noise)[0])


VARIANTS = model(losses, predict, convert).variants()
