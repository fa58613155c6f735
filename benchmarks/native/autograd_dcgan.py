"""DCGAN, HIPS autograd."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from autograd import make_vjp, value_and_grad
from autograd.extend import defvjp, primitive
from program import Program, Task

from .autograd_common import (
    Array,
    Params,
    State,
    Trained,
    program,
    relu,
    sigmoid_cross_entropy,
    tanh,
)
from .autograd_images import batch_norm, conv, conv_transpose, images

__all__ = ["VARIANTS"]


def generate(t: State, p: Params, noise: Array) -> Array:
    """Codes (N, code) -> images (C, H, W, N)."""
    x = noise.T[:, None, None]
    for i in range(0, 3 * doublings(t), 3):
        stride, padding = (2, 1) if i else (1, 0)
        x = conv_transpose(p, f"features.{i}", x, stride, padding)
        x = relu(batch_norm(t, p, f"features.{i + 1}", x))
    return tanh(conv_transpose(p, "output", x))


def judge(t: State, p: Params, x: Array) -> Array:
    """Images (C, H, W, N) -> scores (1, 1, 1, N)."""
    x = leaky_relu(conv(p, "features.0", x, 2, 1))
    for i in range(2, 3 * doublings(t) - 1, 3):
        x = conv(p, f"features.{i}", x, 2, 1)
        x = leaky_relu(batch_norm(t, p, f"features.{i + 1}", x))
    return conv(p, "output", x)


def doublings(t: State) -> int:
    """From 4 x 4 pixels to half the size of the images, and one."""
    return t.sizes["size"].bit_length() - 3


@primitive
def leaky_relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0.2 * x)


defvjp(leaky_relu, lambda y, x: lambda g: np.where(x > 0, g, 0.2 * g))


def build(task: Task) -> Program:
    generator, discriminator = (
        Trained(task.sizes, {k.removeprefix(net): w for k, w in task.weights.items() if net in k})
        for net in ("generator.", "discriminator.")
    )

    def judged(flat: Array, x: Array, label: float) -> Array:
        scores = judge(discriminator.training, discriminator.params(flat), x)
        return sigmoid_cross_entropy(scores, label) * (1 / scores.size)

    def discriminator_loss(flat: Array, real: Array, fake: Array) -> Array:
        return judged(flat, real, 1) + judged(flat, fake, 0)

    def drawn(flat: Array, noise: Array) -> Array:
        return generate(generator.training, generator.params(flat), noise)

    of_weights: Any = value_and_grad(discriminator_loss)  # pyright: ignore[reportCallIssue]
    of_images: Any = value_and_grad(judged, 1)  # pyright: ignore[reportCallIssue]
    drawing: Any = make_vjp(drawn)  # pyright: ignore[reportCallIssue]

    def train(real: Array, noise: Array) -> Array:
        back, fake = drawing(generator.flat, noise)
        d_loss, gradient = of_weights(discriminator.flat, images(real), fake)
        discriminator.update(gradient)
        g_loss, gradient = of_images(discriminator.flat, fake, 1)
        generator.update(back(gradient))
        return d_loss + g_loss

    draw = partial(generate, generator.inference, generator.params(generator.flat))
    return program(train, lambda noise: draw(noise).transpose(3, 0, 1, 2))


VARIANTS = {"eager": build}
