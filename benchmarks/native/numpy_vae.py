"""A convolutional variational autoencoder with its backward pass, NumPy."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy import ndarray

from .numpy_common import Backward, State, chain, sigmoid_cross_entropy, variants
from .numpy_images import conv, conv_transpose, images, pixels, rows
from .numpy_layers import dense, relu

__all__ = ["VARIANTS"]


def encode(t: State, x: ndarray) -> tuple[ndarray, Backward]:
    """Images (C, H, W, N) -> mean and logarithm of the variance of their codes (N, 2 code)."""
    return chain(
        x,
        partial(conv, t, "encoder.0", stride=2, padding=1, is_first=True),
        relu,
        partial(conv, t, "encoder.1", stride=2, padding=1),
        relu,
        rows,
        partial(dense, t, "encoder.2"),
    )


def decode(t: State, code: ndarray) -> tuple[ndarray, Backward]:
    """Codes (N, code) -> scores (C, H, W, N) of pixels."""
    side = t.sizes["size"] // 4
    return chain(
        code,
        partial(dense, t, "decoder.0"),
        relu,
        partial(pixels, (2 * t.sizes["width"], side, side)),
        partial(conv_transpose, t, "decoder.2"),
        relu,
        partial(conv_transpose, t, "decoder.3"),
    )


def gradients(t: State, x: ndarray, noise: ndarray) -> ndarray:
    """The negative evidence lower bound."""
    x, count = images(x)[0], len(x)
    found, encoder_back = encode(t, x)
    mean, log_variance = np.split(found, 2, 1)
    deviation = np.exp(0.5 * log_variance)
    variance = deviation * deviation
    scores, decoder_back = decode(t, mean + deviation * noise)
    loss, g = sigmoid_cross_entropy(scores, x)
    divergence = 0.5 * (mean * mean + variance - log_variance - 1)
    g /= count
    g_code = decoder_back(g)
    g_variance = 0.5 * (g_code * noise * deviation + (variance - 1) / count)
    encoder_back(np.concatenate([g_code + mean / count, g_variance], axis=1))
    return (loss.sum() + divergence.sum()) / count


def predict(t: State, x: ndarray, noise: ndarray) -> ndarray:
    mean, log_variance = np.split(encode(t, images(x)[0])[0], 2, 1)
    scores, _ = decode(t, mean + np.exp(0.5 * log_variance) * noise)
    return scores.transpose(3, 0, 1, 2)


VARIANTS = variants(gradients, predict)
