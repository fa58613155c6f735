"""A convolutional variational autoencoder, JAX, channels last."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.nn import relu, softplus
from program import Weights

from .jax_common import Params, variants
from .jax_layers import channels_last, conv, conv_transpose, dense, flipped, rows_of_nhwc

__all__ = ["VARIANTS"]


def convert(weights: Weights) -> dict[str, np.ndarray]:
    found, channels = channels_last(weights), weights["encoder.1.bias"].size
    for name in ("decoder.2.weight", "decoder.3.weight"):
        found[name] = flipped(weights[name])
    found["encoder.2.weight"] = rows_of_nhwc(found["encoder.2.weight"], channels)
    for name in ("decoder.0.weight", "decoder.0.bias"):
        found[name] = rows_of_nhwc(found[name].T, channels).T
    return found


def encode(p: Params, x: Array) -> Array:
    x = relu(conv(x, p["encoder.0.weight"], 1, 2) + p["encoder.0.bias"])
    x = relu(conv(x, p["encoder.1.weight"], 1, 2) + p["encoder.1.bias"])
    return dense(p, "encoder.2", x.reshape(len(x), -1))


def decode(p: Params, code: Array) -> Array:
    x = relu(dense(p, "decoder.0", code))
    channels = p["decoder.2.weight"].shape[2]
    side = round((x.shape[1] // channels) ** 0.5)
    x = x.reshape(-1, side, side, channels)
    x = relu(conv_transpose(x, p["decoder.2.weight"]) + p["decoder.2.bias"])
    return conv_transpose(x, p["decoder.3.weight"]) + p["decoder.3.bias"]


def run(p: Params, x: Array, noise: Array) -> tuple[Array, Array, Array]:
    mean, log_variance = jnp.split(encode(p, x), 2, 1)
    return decode(p, mean + jnp.exp(0.5 * log_variance) * noise), mean, log_variance


def loss(p: Params, x: Array, noise: Array) -> tuple[Array, Params]:
    """The negative evidence lower bound."""
    scores, mean, log_variance = run(p, x, noise)
    divergence = 0.5 * (mean * mean + jnp.exp(log_variance) - log_variance - 1)
    return ((softplus(scores) - x * scores).sum() + divergence.sum()) / len(x), {}


def predict(p: Params, x: Array, noise: Array) -> Array:
    return run(p, x, noise)[0]


VARIANTS = variants(loss, predict, convert)
