"""DCGAN, JAX, channels last: both updates in one program."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.nn import leaky_relu, relu, softplus
from program import Build, Program, Task, Weights

from .jax_common import ADAM, OPTAX, Optimizer, Params, Tree, load, program
from .jax_layers import batch_norm, channels_last, conv, conv_transpose, flipped

__all__ = ["VARIANTS"]

New = dict[str, Array] | None  # see batch_norm


def convert(weights: Weights) -> dict[str, np.ndarray]:
    found = channels_last(weights)
    for name, w in weights.items():
        if w.ndim == 4 and name.startswith("generator"):
            found[name] = flipped(w)
    first, out = "generator.features.0.weight", "discriminator.output.weight"
    found[first] = weights[first].transpose(0, 2, 3, 1).reshape(len(weights[first]), -1)
    found[out] = found[out].reshape(-1, 1)
    return found


def generator(p: Params, noise: Array, new: New = None) -> Array:
    """noise (N, code); the first layer, of single pixels, is a product."""
    x = (noise @ p["generator.features.0.weight"]).reshape(len(noise), 4, 4, -1)
    x = relu(batch_norm(p, "generator.features.1", x, new))
    i = 3
    while f"generator.features.{i}.weight" in p:
        x = conv_transpose(x, p[f"generator.features.{i}.weight"])
        x = relu(batch_norm(p, f"generator.features.{i + 1}", x, new))
        i += 3
    return jnp.tanh(conv_transpose(x, p["generator.output.weight"]))


def discriminator(p: Params, x: Array, new: New = None) -> Array:
    x = leaky_relu(conv(x, p["discriminator.features.0.weight"], 1, 2), 0.2)
    i = 2
    while f"discriminator.features.{i}.weight" in p:
        x = conv(x, p[f"discriminator.features.{i}.weight"], 1, 2)
        x = leaky_relu(batch_norm(p, f"discriminator.features.{i + 1}", x, new), 0.2)
        i += 3
    return x.reshape(len(x), -1) @ p["discriminator.output.weight"]


def split(p: Params) -> tuple[dict[str, Array], ...]:
    nets = "generator.", "discriminator."
    return tuple({k: w for k, w in p.items() if k.startswith(net)} for net in nets)


def step(optimizer: Optimizer, kept: Tree, state: Tree, real: Array, noise: Array) -> Tree:
    (g, d), statistics = kept
    g_state, d_state = state

    def d_loss(d: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
        new = dict(statistics)
        fake = jax.lax.stop_gradient(generator({**g, **statistics}, noise, new))
        of_real = discriminator(d | new, real, new)
        of_fake = discriminator(d | new, fake, new)
        return softplus(-of_real).mean() + softplus(of_fake).mean(), new

    (d_value, new), grads = jax.value_and_grad(d_loss, has_aux=True)(d)
    d, d_state = optimizer.update(d, grads, d_state)

    def g_loss(g: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
        after = dict(new)
        fake = generator(g | statistics, noise, {})  # XLA finds that it has drawn this
        return softplus(-discriminator(d | after, fake, after)).mean(), after

    (g_value, new), grads = jax.value_and_grad(g_loss, has_aux=True)(g)
    g, g_state = optimizer.update(g, grads, g_state)
    return ((g, d), new), (g_state, d_state), d_value + g_value


def build(optimizer: Optimizer, task: Task) -> Program:
    trained, statistics = load(task, convert)
    nets = split(trained)
    return program(
        (nets, statistics),
        tuple(map(optimizer.init, nets)),
        partial(step, optimizer),
        lambda kept, noise: generator(kept[0][0] | kept[1], noise),
    )


VARIANTS: dict[str, Build] = {"jit": partial(build, ADAM), "optax": partial(build, OPTAX)}
