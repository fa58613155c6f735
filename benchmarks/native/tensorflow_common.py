"""Training steps in TensorFlow around any `net(params, x) -> logits`."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf

from . import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Step, Weights

Tensor = Any  # TensorFlow's own annotations do not name eager tensors
Net = Callable[[Sequence[Tensor], Tensor], Tensor]
Convert = Callable[[Weights], list[np.ndarray]]


def variants(net: Net, convert: Convert) -> dict[str, Build]:
    return {
        "eager": lambda weights: eager(net, convert(weights)),
        "function": lambda weights: function(net, convert(weights), jit_compile=False),
        "function_xla": lambda weights: function(net, convert(weights), jit_compile=True),
        "function_flat": lambda weights: function_flat(net, convert(weights), jit_compile=False),
        "function_xla_flat": lambda weights: function_flat(net, convert(weights), jit_compile=True),
    }


def prepare(x: np.ndarray, y: np.ndarray) -> tuple[Tensor, Tensor]:
    """Images as NHWC: TensorFlow's CPU kernels know no other layout."""
    x = x.transpose(0, 2, 3, 1) if x.ndim == 4 else x
    return tf.constant(x), tf.constant(y.astype(np.int32))


def sync(loss: Tensor) -> None:
    loss.numpy()  # a function returns its outputs after its variable updates


class Adam:
    """One `ResourceApplyAdam` a variable."""

    def __init__(self, params: Sequence[tf.Variable]) -> None:
        self.slots = [
            (p, tf.Variable(tf.zeros_like(p)), tf.Variable(tf.zeros_like(p))) for p in params
        ]

    def apply(self, grads: Sequence[Tensor], power1: Tensor, power2: Tensor, eps: Tensor) -> None:
        for (p, m, v), grad in zip(self.slots, grads, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=p.handle, m=m.handle, v=v.handle, grad=grad, epsilon=eps,
                beta1_power=power1, beta2_power=power2, lr=LEARNING_RATE, beta1=BETA1, beta2=BETA2,
            )  # fmt: skip


def scaled_epsilon(power2: Any, sqrt: Callable[[Any], Any]) -> Any:
    """The kernel adds epsilon before it corrects the variance's bias; this undoes the difference.

    Without it the kernel is not Adam as published and LeNet's losses are off by 7e-4.
    """
    return EPSILON * sqrt(1 - power2)


def eager(net: Net, weights: list[np.ndarray]) -> Step:
    params = [tf.Variable(tf.constant(w)) for w in weights]
    optimizer = Adam(params)
    count = 0

    def step(x: Tensor, y: Tensor) -> Tensor:
        nonlocal count
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, net(params, x))
        # The seed 1/B stands for the mean, whose Python gradient rule alone costs 0.15 ms.
        seed = tf.fill(losses.shape, 1.0 / losses.shape[0])
        grads = tape.gradient(losses, params, output_gradients=seed)
        count += 1
        power2 = BETA2**count
        host = BETA1**count, power2, scaled_epsilon(power2, math.sqrt)
        optimizer.apply(grads, *(tf.constant(scalar) for scalar in host))
        return tf.reduce_mean(losses)

    return step


def function(net: Net, weights: list[np.ndarray], jit_compile: bool) -> Step:
    params = [tf.Variable(tf.constant(w)) for w in weights]
    return _concrete(net, params, lambda: params, jit_compile)


def function_flat(net: Net, weights: list[np.ndarray], jit_compile: bool) -> Step:
    """All parameters in one variable: a call pays for each captured variable, XLA most of all."""
    flat = tf.Variable(tf.constant(np.concatenate([w.ravel() for w in weights])))
    sizes, shapes = [w.size for w in weights], [w.shape for w in weights]

    def unravel() -> list[Tensor]:
        return [tf.reshape(part, s) for part, s in zip(tf.split(flat, sizes), shapes, strict=True)]

    return _concrete(net, [flat], unravel, jit_compile)


def _concrete(
    net: Net, variables: list[tf.Variable], read: Callable[[], Sequence[Tensor]], jit_compile: bool
) -> Step:
    """The concrete function skips the argument binding and cache lookup of `tf.function`."""
    optimizer = Adam(variables)
    scalars = tf.Variable(tf.constant([BETA1, BETA2, scaled_epsilon(BETA2, math.sqrt)]))
    concrete: Any = None

    @tf.function(autograph=False, jit_compile=jit_compile)
    def train(x: Tensor, y: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, net(read(), x))
            loss = tf.reduce_mean(losses)
        power1, power2, epsilon = tf.unstack(scalars)
        optimizer.apply(tape.gradient(loss, variables), power1, power2, epsilon)
        power1, power2 = power1 * BETA1, power2 * BETA2
        # One variable, written at the end: with three, or with epsilon computed before the update,
        # XLA's CPU runtime wakes its thread pool in each step (MLP 0.10 -> 0.24 ms).
        scalars.assign(tf.stack([power1, power2, scaled_epsilon(power2, tf.sqrt)]))
        return loss

    def step(x: Tensor, y: Tensor) -> Tensor:
        nonlocal concrete
        if concrete is None:
            concrete = train.get_concrete_function(x, y)
        return concrete(x, y)

    return step
