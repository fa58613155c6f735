"""A convolutional variational autoencoder, Flax NNX."""

from __future__ import annotations

from functools import partial

import jax.numpy as jnp
import optax
from flax import nnx
from jax import Array
from workloads import Sizes

from .jax_vae import convert
from .nnx_common import variants

__all__ = ["VARIANTS"]

halve = partial(nnx.Conv, kernel_size=(4, 4), strides=2, padding=1)
double = partial(nnx.ConvTranspose, kernel_size=(4, 4), strides=2, padding=2)


class VAE(nnx.Module):
    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        channels, width, code = (sizes[name] for name in ("channels", "width", "code"))
        small = (sizes["size"] // 4, sizes["size"] // 4, 2 * width)
        pixels = small[0] * small[1] * small[2]
        self.encoder = nnx.List([
            halve(channels, width, rngs=rngs),
            halve(width, 2 * width, rngs=rngs),
            nnx.Linear(pixels, 2 * code, rngs=rngs),
        ])  # fmt: skip
        self.decoder = nnx.List([
            nnx.Linear(code, pixels, rngs=rngs),
            lambda x: x.reshape(-1, *small),
            double(2 * width, width, rngs=rngs),
            double(width, channels, rngs=rngs),
        ])  # fmt: skip

    def encode(self, x: Array) -> tuple[Array, Array]:
        """Mean and logarithm of the variance of the codes."""
        first, second, last = self.encoder
        x = nnx.relu(second(nnx.relu(first(x))))
        mean, log_variance = jnp.split(last(x.reshape(len(x), -1)), 2, 1)
        return mean, log_variance

    def decode(self, code: Array) -> Array:
        first, reshape, second, last = self.decoder
        return last(nnx.relu(second(reshape(nnx.relu(first(code))))))

    def __call__(self, x: Array, noise: Array) -> Array:
        mean, log_variance = self.encode(x)
        return self.decode(mean + jnp.exp(0.5 * log_variance) * noise)


def loss(model: VAE, x: Array, noise: Array) -> Array:
    """The negative evidence lower bound."""
    mean, log_variance = model.encode(x)
    scores = model.decode(mean + jnp.exp(0.5 * log_variance) * noise)
    divergence = 0.5 * (mean * mean + jnp.exp(log_variance) - log_variance - 1)
    return (optax.sigmoid_binary_cross_entropy(scores, x).sum() + divergence.sum()) / len(x)


VARIANTS = variants(VAE, loss, convert=convert)
