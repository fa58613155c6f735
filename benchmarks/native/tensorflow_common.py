"""Training steps in TensorFlow around any `net(params, x) -> logits`."""

from __future__ import annotations

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
    """One `ResourceApplyAdam` a variable; the powers of beta are variables, as the kernel expects.

    The kernel adds epsilon before it corrects the bias of the variance. Scaling epsilon by
    sqrt(1 - beta2^t) makes it Adam as published; without that LeNet's losses are off by 7e-4.
    """

    def __init__(self, params: Sequence[tf.Variable]) -> None:
        self.slots = [
            (p, tf.Variable(tf.zeros_like(p)), tf.Variable(tf.zeros_like(p))) for p in params
        ]
        self.powers = [tf.Variable(BETA1), tf.Variable(BETA2)]
        self.lr, self.beta1, self.beta2, self.epsilon = (
            tf.constant(c) for c in (LEARNING_RATE, BETA1, BETA2, EPSILON)
        )

    def apply(self, grads: Sequence[Tensor]) -> None:
        power1, power2 = (power.read_value() for power in self.powers)
        epsilon = tf.sqrt(1.0 - power2) * self.epsilon
        for (p, m, v), grad in zip(self.slots, grads, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=p.handle, m=m.handle, v=v.handle, beta1_power=power1, beta2_power=power2,
                lr=self.lr, beta1=self.beta1, beta2=self.beta2, epsilon=epsilon, grad=grad,
            )  # fmt: skip
        self.powers[0].assign(power1 * self.beta1, read_value=False)
        self.powers[1].assign(power2 * self.beta2, read_value=False)


def eager(net: Net, weights: list[np.ndarray]) -> Step:
    params = [tf.Variable(w) for w in weights]
    optimizer = Adam(params)

    def step(x: Tensor, y: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, net(params, x))
        # The seed 1/B stands for the mean, whose Python gradient rule alone costs 0.15 ms.
        seed = tf.fill(losses.shape, 1.0 / losses.shape[0])
        optimizer.apply(tape.gradient(losses, params, output_gradients=seed))
        return tf.reduce_mean(losses)

    return step


def function(net: Net, weights: list[np.ndarray], jit_compile: bool) -> Step:
    params = [tf.Variable(w) for w in weights]
    return _concrete(net, params, lambda: params, jit_compile)


def function_flat(net: Net, weights: list[np.ndarray], jit_compile: bool) -> Step:
    """All parameters in one variable: a call pays for each captured variable, XLA most of all."""
    flat = tf.Variable(np.concatenate([w.ravel() for w in weights]))
    sizes, shapes = [w.size for w in weights], [w.shape for w in weights]

    def unravel() -> list[Tensor]:
        return [tf.reshape(part, s) for part, s in zip(tf.split(flat, sizes), shapes, strict=True)]

    return _concrete(net, [flat], unravel, jit_compile)


def _concrete(
    net: Net, variables: list[tf.Variable], read: Callable[[], Sequence[Tensor]], jit_compile: bool
) -> Step:
    """The concrete function skips the argument binding and cache lookup of `tf.function`."""
    optimizer = Adam(variables)
    concrete: Step | None = None

    @tf.function(autograph=False, jit_compile=jit_compile)
    def train(x: Tensor, y: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, net(read(), x))
            loss = tf.reduce_mean(losses)
        optimizer.apply(tape.gradient(loss, variables))
        return loss

    def step(x: Tensor, y: Tensor) -> Tensor:
        nonlocal concrete
        if concrete is None:
            concrete = train.get_concrete_function(x, y)
        return concrete(x, y)

    return step
