"""Normalisation with few passes, forwards and back."""

# n is x with mean 0 and variance 1: its gradient takes off the parts along 1 and along n

from __future__ import annotations

import numpy as np

from unideep_numpy.differentiated import Pull, Raw, silent_both_ways, values
from unideep_numpy.ops.elementwise import silent


def _column(vector: Raw, x: Raw, axis: int) -> Raw:
    """A vector of channels, ready to broadcast against x."""
    return vector.reshape([-1 if i == axis else 1 for i in range(x.ndim)])


def _normal(x: Raw, axes: tuple[int, ...], epsilon: float) -> tuple[Raw, Raw, Raw, Raw]:
    """n, its scale 1 / √(var + ε), mean and variance; all but n with axes of size one."""
    mean = x.mean(axes, keepdims=True)
    n = x - mean
    var = np.square(n).mean(axes, keepdims=True)
    scale = 1 / np.sqrt(var + x.dtype.type(epsilon))
    n *= scale
    return n, scale, mean, var


def _slope(g: Raw, n: Raw, scale: Raw, axes: tuple[int, ...]) -> Raw:
    """The gradient of x from that of n."""
    out = g - g.mean(axes, keepdims=True)
    out -= n * (g * n).mean(axes, keepdims=True)
    out *= scale
    return out


def _others(x: Raw, axis: int) -> tuple[int, ...]:
    return tuple(i for i in range(x.ndim) if i != axis)


@silent_both_ways
def _layer_norm(x: Raw, gamma: Raw, beta: Raw, *, axis: int, epsilon: float) -> tuple[Raw, Pull]:
    n, scale, _, _ = _normal(x, (axis,), epsilon)
    column, others = _column(gamma, x, axis), _others(x, axis % x.ndim)
    y = n * column
    y += _column(beta, x, axis)

    def pull(grads: list[Raw]) -> list[Raw]:
        (g,) = grads
        return [_slope(g * column, n, scale, (axis,)), (g * n).sum(others), g.sum(others)]

    return y, pull


@silent_both_ways
def _batch_norm_train(
    x: Raw, gamma: Raw, beta: Raw, *, axis: int, epsilon: float
) -> tuple[tuple[Raw, Raw, Raw], Pull]:
    axes = _others(x, axis)
    n, scale, mean, var = _normal(x, axes, epsilon)
    column = _column(gamma, x, axis)
    y = n * column
    y += _column(beta, x, axis)

    def pull(grads: list[Raw]) -> list[Raw]:
        g, _, _ = grads
        return [_slope(g * column, n, scale, axes), (g * n).sum(axes), g.sum(axes)]

    return (y, mean.reshape(-1), var.reshape(-1)), pull


def moving_average(old: Raw, new: Raw, *, momentum: float) -> Raw:
    """momentum · old + (1 - momentum) · new"""
    out = old * old.dtype.type(momentum)
    out += new * new.dtype.type(1 - momentum)
    return out


PULLBACKS = {"layer_norm": _layer_norm, "batch_norm_train": _batch_norm_train}
OPS = {**values(PULLBACKS), "moving_average": silent(moving_average)}
