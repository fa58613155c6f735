"""DCGAN's two nets and the step that trains both, TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from .tensorflow_common import Model, Params, Store, Tensor, trained
from .tensorflow_image_layers import batch_norm, conv, conv_transpose
from .tensorflow_layers import kernels_last

__all__ = ["VARIANTS"]


def generate(p: Params, code: Tensor, is_training: bool = False) -> Tensor:
    """The first layer turns a code into 4 x 4 pixels: one matmul."""
    first = p["generator.features.0.weight"]
    side, _, channels, _ = first.shape
    rows = tf.reshape(first, (-1, first.shape[3]))
    x = tf.reshape(tf.matmul(code, rows, transpose_b=True), (-1, side, side, channels))
    for i in range(0, count(p, "generator"), 3):
        if i:
            x = conv_transpose(p, f"generator.features.{i}", x)
        x = tf.nn.relu(batch_norm(p, f"generator.features.{i + 1}", x, is_training))
    return tf.tanh(conv_transpose(p, "generator.output", x))


def judge(p: Params, x: Tensor) -> Tensor:
    """The scores of images, in training."""
    x = tf.nn.leaky_relu(conv(p, "discriminator.features.0", x, 2, 1), 0.2)
    for i in range(2, count(p, "discriminator"), 3):
        x = conv(p, f"discriminator.features.{i}", x, 2, 1)
        x = tf.nn.leaky_relu(batch_norm(p, f"discriminator.features.{i + 1}", x, True), 0.2)
    last = tf.reshape(p["discriminator.output.weight"], (-1, 1))
    return tf.matmul(tf.reshape(x, (x.shape[0], -1)), last)


def count(p: Params, net: str) -> int:
    """One more than the number of its last convolution."""
    names = (name.split(".") for name in p if name.startswith(net + ".features"))
    return max(int(number) for _, _, number, kind in names if kind == "weight") + 1


def step(store: Store, real: Tensor, noise: Tensor) -> Tensor:
    """The discriminator first, on images that the generator gets its gradient from afterwards."""
    g = store.read("generator.")
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([g[name] for name in trained(g)])
        fake = generate(g, noise, is_training=True)
        with tape.stop_recording():
            d_loss = improve_judge(store, real, fake)
        losses = tf.nn.softplus(-judge(store.read("discriminator."), fake))
    return d_loss + store.descend(tape, losses, g)


def improve_judge(store: Store, real: Tensor, fake: Tensor) -> Tensor:
    d = store.read("discriminator.")
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([d[name] for name in trained(d)])
        losses = tf.nn.softplus(-judge(d, real)) + tf.nn.softplus(judge(d, fake))
    return store.descend(tape, losses, d)


VARIANTS = Model(step, generate, kernels_last).variants()
