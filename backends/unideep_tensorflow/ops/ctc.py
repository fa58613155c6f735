"""Recurrences over the states of a label, as loops in a graph; gradients go by UniDeep's rules."""

from __future__ import annotations

import tensorflow as tf

from unideep_tensorflow.by_rule import by_rule
from unideep_tensorflow.common import Function, Tensor

LOW = -1e30


def _shifted(wide: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What stays in its state, comes from the one before, and from two before."""
    return wide[:, 2:], wide[:, 1:-1], wide[:, :-2]


def ctc_paths(emitted: Tensor, jumps: Tensor) -> Tensor:
    """The log-probability of all paths that end in each state, at each step."""
    low = tf.constant(LOW, emitted.dtype)

    def step(wide: Tensor, emitted: Tensor) -> Tensor:
        stay, one, two = _shifted(wide)
        ways = tf.stack([stay, one, tf.where(jumps, two, low)])
        paths = tf.reduce_logsumexp(ways, 0) + emitted
        return tf.pad(paths, ((0, 0), (2, 0)), constant_values=low)

    border = ((0, 0), (1, 0))
    wide = tf.pad(tf.ones_like(emitted[0]) * low, border)  # the way in
    return tf.scan(step, emitted, tf.pad(wide, border, constant_values=low))[:, :, 2:]


def banded_recurrence(x: Tensor, bands: Tensor) -> Tensor:
    """yₜ[s] = xₜ[s] + bands[0]ₜ[s] yₜ₋₁[s] + bands[1]ₜ[s] yₜ₋₁[s-1] + bands[2]ₜ[s] yₜ₋₁[s-2]."""

    def step(wide: Tensor, now: tuple[Tensor, Tensor]) -> Tensor:
        x, bands = now
        y = x + tf.reduce_sum(bands * tf.stack(_shifted(wide)), 0)
        return tf.pad(y, ((0, 0), (2, 0)))

    start = tf.pad(tf.zeros_like(x[0]), ((0, 0), (2, 0)))
    return tf.scan(step, (x, tf.transpose(bands, (1, 0, 2, 3))), start)[:, :, 2:]


def _looped(function: Function) -> Function:
    """`function` as one graph for all shapes in eager calls; a graph holds it with its own."""
    program = tf.function(function, autograph=False, reduce_retracing=True)
    return lambda *raws: (program if tf.executing_eagerly() else function)(*raws)


OPS = by_rule({f.__name__: _looped(f) for f in (banded_recurrence, ctc_paths)})
