"""DCGAN's two nets in one step, Flax NNX."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax import Array, lax
from program import Weights
from workloads import Sizes

from .jax_layers import channels_last, flipped
from .nnx_common import adam, variants
from .nnx_resnet20 import batch_norm

__all__ = ["VARIANTS"]

leaky_relu = partial(nnx.leaky_relu, negative_slope=0.2)


def widths(sizes: Sizes) -> list[int]:
    """Channels at half the size, a quarter, ... down to 4 x 4 pixels."""
    return [sizes["width"] << step for step in range(sizes["size"].bit_length() - 3)]


class Generator(nnx.Module):
    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        inputs, parts = sizes["code"], []
        for i, wide in enumerate(reversed(widths(sizes))):
            parts += [enlarge(inputs, wide, i, rngs), batch_norm(wide, rngs=rngs), nnx.relu]
            inputs = wide
        self.features = nnx.Sequential(*parts)
        self.output = enlarge(inputs, sizes["channels"], 1, rngs)

    def __call__(self, noise: Array) -> Array:
        return jnp.tanh(self.output(self.features(noise[:, None, None])))


def enlarge(inputs: int, channels: int, i: int, rngs: nnx.Rngs) -> nnx.ConvTranspose:
    """From a single pixel to 4 x 4 where i is 0, else to twice the size."""
    strides, padding = (2, 2) if i else (1, 3)
    return nnx.ConvTranspose(
        inputs, channels, (4, 4), strides, padding=padding, use_bias=False, rngs=rngs
    )


class Discriminator(nnx.Module):
    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        inputs, parts = sizes["channels"], []
        for i, wide in enumerate(widths(sizes)):
            parts.append(nnx.Conv(inputs, wide, (4, 4), 2, padding=1, use_bias=False, rngs=rngs))
            parts += [batch_norm(wide, rngs=rngs), leaky_relu] if i else [leaky_relu]
            inputs = wide
        self.features = nnx.Sequential(*parts)
        self.output = nnx.Conv(inputs, 1, (4, 4), padding=0, use_bias=False, rngs=rngs)

    def __call__(self, x: Array) -> Array:
        return self.output(self.features(x)).reshape(-1, 1)


class DCGAN(nnx.Module):
    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        self.generator = Generator(sizes, rngs)
        self.discriminator = Discriminator(sizes, rngs)

    def __call__(self, noise: Array) -> Array:
        return self.generator(noise)


def convert(weights: Weights) -> dict[str, np.ndarray]:
    drawn = [name for name, w in weights.items() if w.ndim == 4 and name.startswith("generator")]
    return channels_last(weights) | {name: flipped(weights[name]) for name in drawn}


def tell(discriminator: Discriminator, real: Array, fake: Array) -> Array:
    of_real, of_fake = discriminator(real), discriminator(fake)
    return nnx.softplus(-of_real).mean() + nnx.softplus(of_fake).mean()


def deceive(generator: Generator, discriminator: Discriminator, noise: Array) -> Array:
    return nnx.softplus(-discriminator(generator(noise))).mean()


def step(model: DCGAN, optimizers: tuple[Any, Any], real: Array, noise: Array) -> Array:
    generator, discriminator = model.generator, model.discriminator
    of_generator, of_discriminator = optimizers
    fake = lax.stop_gradient(nnx.clone(generator)(noise))  # a copy: its statistics move once
    d_loss, grads = nnx.value_and_grad(tell)(discriminator, real, fake)
    of_discriminator.update(discriminator, grads)
    g_loss, grads = nnx.value_and_grad(deceive)(generator, discriminator, noise)
    of_generator.update(generator, grads)
    return d_loss + g_loss


VARIANTS = variants(
    DCGAN,
    convert=convert,
    step=step,
    optimizers=lambda model: (adam(model.generator), adam(model.discriminator)),
)
