"""Optimizer steps, small parameters laid end to end.

Starting a kernel takes TensorFlow microseconds, the arithmetic of a small parameter less. XLA fuses
the formulas and gets them parameter by parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

from unideep_tensorflow import windows
from unideep_tensorflow.common import Tensor, weak

Row = tuple[Tensor, ...]
Step = Callable[[Row, float, float], Row]
"""From (weight, gradient, *slots), decay and factor on the rate to (weight, *slots)."""

SMALL = 1 << 16
"""Elements: what is larger is not held up by the start of its kernels, but by a copy."""


def _on_all(step: Step, columns: Sequence[list[Tensor]], wd: Any, lr_mult: Any) -> list[Any]:
    """`step` on every parameter; returns columns again."""
    rows = list(zip(*columns, strict=True))
    new: list[Row] = [()] * len(rows)
    for (decay, factor, *_), places in _groups(rows, wd, lr_mult).items():
        found = _end_to_end(step, [rows[i] for i in places], decay, factor)
        for i, row in zip(places, found, strict=True):
            new[i] = row
    return list(map(list, zip(*new, strict=True)))


def _groups(rows: Sequence[Row], wd: Any, lr_mult: Any) -> dict[tuple[Any, ...], list[int]]:
    """The numbers of the parameters that make one step together."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for i, ((w, *_), decay, factor) in enumerate(zip(rows, wd, lr_mult, strict=True)):
        alone = windows.wanted(w) or w.shape.num_elements() > SMALL
        groups.setdefault((decay, factor, w.dtype, i if alone else -1), []).append(i)
    return groups


def _end_to_end(step: Step, rows: Sequence[Row], decay: float, factor: float) -> Iterable[Row]:
    if len(rows) == 1:
        return [step(rows[0], decay, factor)]
    shapes = [w.shape for w, *_ in rows]
    sizes = [shape.num_elements() for shape in shapes]
    flat = [
        tf.concat([tf.reshape(t, [-1]) for t in column], 0) for column in zip(*rows, strict=True)
    ]
    parts = zip(*[tf.split(t, sizes) for t in step(tuple(flat), decay, factor)], strict=True)
    return [
        tuple(tf.reshape(t, shape) for t in row) for row, shape in zip(parts, shapes, strict=True)
    ]


def _times(value: Any, x: Tensor) -> Tensor:
    """value x; the value is a number, or the rate that a step is fed."""
    if isinstance(value, float | int):
        return x if value == 1.0 else x * weak(value, x.dtype)
    return x * tf.cast(value, x.dtype)


def _gradient(g: Tensor, rescale: float, clip: float | None) -> Tensor:
    g = _times(rescale, g)
    return g if clip is None else tf.clip_by_value(g, weak(-clip, g.dtype), weak(clip, g.dtype))


def _decayed(g: Tensor, w: Tensor, decay: float) -> Tensor:
    return g + _times(decay, w) if decay else g


def _towards(average: Tensor, x: Tensor, beta: float) -> Tensor:
    return _times(beta, average) + _times(1 - beta, x)


def _sgd(weights: Any, gradients: Any, rate: Any, *, wd: Any, lr_mult: Any,
         rescale: float, clip: float | None) -> Any:  # fmt: skip
    """w ← w - η (g + λ w)."""

    def step(row: Row, decay: float, factor: float) -> Row:
        w, g = row
        g = _decayed(_gradient(g, rescale, clip), w, decay)
        return (w - _times(factor, _times(rate, g)),)

    return _on_all(step, (weights, gradients), wd, lr_mult)[0]


def _sgd_momentum(weights: Any, gradients: Any, momenta: Any, rate: Any, *, momentum: float,
                  wd: Any, lr_mult: Any, rescale: float, clip: float | None) -> Any:  # fmt: skip
    """m ← μ m - η (g + λ w); w ← w + m."""

    def step(row: Row, decay: float, factor: float) -> Row:
        w, g, m = row
        g = _decayed(_gradient(g, rescale, clip), w, decay)
        m = _times(momentum, m) - _times(factor, _times(rate, g))
        return w + m, m

    return tuple(_on_all(step, (weights, gradients, momenta), wd, lr_mult))


def _adam(decoupled: bool) -> Callable[..., Any]:
    """m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²; w ← w - η m / (√v + ε)."""

    def adam(
        weights: Any, gradients: Any, means: Any, variances: Any, rate: Any, *, beta1: float,
        beta2: float, epsilon: float, wd: Any, lr_mult: Any, rescale: float, clip: float | None,
    ) -> Any:  # fmt: skip
        def step(row: Row, decay: float, factor: float) -> Row:
            w, g, m, v = row
            g = _decayed(_gradient(g, rescale, clip), w, 0.0 if decoupled else decay)
            m, v = _towards(m, g, beta1), _towards(v, g * g, beta2)
            change = _decayed(m / (tf.sqrt(v) + weak(epsilon, v.dtype)), w, decay * decoupled)
            return w - _times(factor, _times(rate, change)), m, v

        return tuple(_on_all(step, (weights, gradients, means, variances), wd, lr_mult))

    return adam


OPS = {
    "sgd_step": _sgd,
    "sgd_momentum_step": _sgd_momentum,
    "adam_step": _adam(decoupled=False),
    "adamw_step": _adam(decoupled=True),
}
