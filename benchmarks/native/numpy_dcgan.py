"""DCGAN with its backward passes, NumPy."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy import ndarray
from program import Program, Task

from .numpy_common import (
    Backward,
    Layer,
    State,
    chain,
    inference,
    program,
    sigmoid_cross_entropy,
    trained,
)
from .numpy_images import batch_norm, conv, conv_transpose, pixels
from .numpy_layers import leaky_relu, relu

__all__ = ["VARIANTS"]


def generate(t: State, noise: ndarray) -> tuple[ndarray, Backward]:
    """Codes (N, code) -> images (C, H, W, N)."""
    layers: list[Layer] = [partial(pixels, (noise.shape[1], 1, 1))]
    for i in range(0, 3 * doublings(t), 3):
        stride, padding = (2, 1) if i else (1, 0)
        layers += [
            partial(conv_transpose, t, f"features.{i}", stride=stride, padding=padding),
            partial(batch_norm, t, f"features.{i + 1}"),
            relu,
        ]
    return chain(noise, *layers, partial(conv_transpose, t, "output"), tanh)


def judge(t: State, x: ndarray, is_first: bool = True) -> tuple[ndarray, Backward]:
    """Images (C, H, W, N) -> scores (1, 1, 1, N)."""
    layers = [partial(conv, t, "features.0", stride=2, padding=1, is_first=is_first), leaky_relu]
    for i in range(2, 3 * doublings(t) - 1, 3):
        layers += [
            partial(conv, t, f"features.{i}", stride=2, padding=1),
            partial(batch_norm, t, f"features.{i + 1}"),
            leaky_relu,
        ]
    return chain(x, *layers, partial(conv, t, "output"))


def doublings(t: State) -> int:
    """From 4 x 4 pixels to half the size of the images, and one."""
    return t.sizes["size"].bit_length() - 3


def tanh(x: ndarray) -> tuple[ndarray, Backward]:
    np.tanh(x, out=x)
    return x, lambda g: np.multiply(g, 1 - x * x, out=g)


def judged(t: State, x: ndarray, label: float, is_first: bool = True) -> tuple[ndarray, ndarray]:
    """The loss, and the gradient of the images."""
    scores, backward = judge(t, x, is_first)
    loss, g = sigmoid_cross_entropy(scores, label)
    return loss.mean(), backward(g / g.size)


def build(task: Task) -> Program:
    (generator, update_generator), (discriminator, update_discriminator) = (
        trained(task.sizes, {k.removeprefix(net): w for k, w in task.weights.items() if net in k})
        for net in ("generator.", "discriminator.")
    )
    of_fake = replace(discriminator, g={k: g.copy() for k, g in discriminator.g.items()})
    frozen = replace(discriminator, g={})

    def train(real: ndarray, noise: ndarray) -> ndarray:
        fake, generator_back = generate(generator, noise)
        d_real, _ = judged(discriminator, np.ascontiguousarray(real.transpose(1, 2, 3, 0)), 1)
        d_fake, _ = judged(of_fake, fake, 0)
        for name, gradient in discriminator.g.items():
            gradient += of_fake.g[name]
        update_discriminator()
        g_loss, g = judged(frozen, fake, 1, is_first=False)
        generator_back(g)
        update_generator()
        return d_real + d_fake + g_loss

    drawing = inference(generator)
    return program(train, lambda noise: generate(drawing, noise)[0].transpose(3, 0, 1, 2))


VARIANTS = {"hand": build}
