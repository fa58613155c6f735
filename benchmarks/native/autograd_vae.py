"""A convolutional variational autoencoder, HIPS autograd."""

from __future__ import annotations

from .autograd_common import Array, Params, State, anp, dense, relu, sigmoid_cross_entropy, variants
from .autograd_images import conv, conv_transpose, images, rows

__all__ = ["VARIANTS"]


def encode(p: Params, x: Array) -> list[Array]:
    """Images (C, H, W, N) -> mean and logarithm of the variance of their codes, both (N, code)."""
    x = relu(conv(p, "encoder.0", x, 2, 1))
    x = relu(conv(p, "encoder.1", x, 2, 1))
    return anp.split(dense(p, "encoder.2", rows(x)), 2, 1)


def decode(p: Params, mean: Array, log_variance: Array, noise: Array) -> Array:
    """Scores (C, H, W, N) of pixels, for a sample of the codes."""
    x = relu(dense(p, "decoder.0", mean + anp.exp(0.5 * log_variance) * noise))
    channels = p["decoder.2.weight"].shape[0]
    side = round((x.shape[1] // channels) ** 0.5)
    x = anp.reshape(x.T, (channels, side, side, -1))
    return conv_transpose(p, "decoder.3", relu(conv_transpose(p, "decoder.2", x)))


def loss(t: State, p: Params, x: Array, noise: Array) -> Array:
    """The negative evidence lower bound."""
    x = images(x)
    mean, log_variance = encode(p, x)
    scores = decode(p, mean, log_variance, noise)
    divergence = 0.5 * anp.sum(mean * mean + anp.exp(log_variance) - log_variance - 1)
    return (sigmoid_cross_entropy(scores, x) + divergence) * (1 / len(noise))


def predict(t: State, p: Params, x: Array, noise: Array) -> Array:
    mean, log_variance = encode(p, images(x))
    return decode(p, mean, log_variance, noise).transpose(3, 0, 1, 2)


VARIANTS = variants(loss, predict)
