"""Activation functions with few passes, forwards and back."""

from __future__ import annotations

import math

import numpy as np

from unideep_numpy.differentiated import Pull, Raw, silent_both_ways, values
from unideep_numpy.erf import erf


def relu(x: Raw) -> tuple[Raw, Pull]:
    """max(x, 0)."""
    y = np.maximum(x, x.dtype.type(0))
    return y, lambda grads: [grads[0] * (y > 0)]


def leaky_relu(x: Raw, *, slope: float) -> tuple[Raw, Pull]:
    """x where positive, slope * x elsewhere."""
    factor = np.where(x > 0, x.dtype.type(1), x.dtype.type(slope))
    return x * factor, lambda grads: [grads[0] * factor]


def sigmoid(x: Raw) -> tuple[Raw, Pull]:
    """1 / (1 + exp(-x)), without overflow."""
    one = x.dtype.type(1)
    e = np.exp(-np.abs(x))
    y = np.where(x >= 0, one, e)
    e += one
    y /= e
    return y, lambda grads: [grads[0] * y * (one - y)]


def softplus(x: Raw) -> tuple[Raw, Pull]:
    """log(1 + exp(x)), without overflow."""
    y = np.log1p(np.exp(-np.abs(x)))
    y += np.maximum(x, x.dtype.type(0))
    return y, lambda grads: [grads[0] * sigmoid(x)[0]]


def gelu(x: Raw, *, approximation: str) -> tuple[Raw, Pull]:
    """x Φ(x), Φ the normal distribution function or an approximation by tanh."""
    return _gelu_tanh(x) if approximation == "tanh" else _gelu_erf(x)


def _gelu_erf(x: Raw) -> tuple[Raw, Pull]:
    half = x.dtype.type(0.5)
    share = half + half * erf(x * x.dtype.type(math.sqrt(0.5)))

    def pull(grads: list[Raw]) -> list[Raw]:
        density = np.exp(-half * x * x) * x.dtype.type(1 / math.sqrt(2 * math.pi))
        return [grads[0] * (share + x * density)]

    return x * share, pull


def _gelu_tanh(x: Raw) -> tuple[Raw, Pull]:
    """Φ(x) ≈ (1 + tanh(a x (1 + b x²))) / 2"""
    number = x.dtype.type
    a, b = number(math.sqrt(2 / math.pi)), number(0.044715)
    squares = x * x
    t = squares * b
    t += number(1)
    t *= x
    t *= a
    np.tanh(t, out=t)
    share = t * number(0.5)
    share += number(0.5)

    def pull(grads: list[Raw]) -> list[Raw]:
        slope = squares * (number(3) * b)
        slope += number(1)
        slope *= number(0.5) * a
        slope *= x
        slope *= number(1) - t * t
        slope += share
        slope *= grads[0]
        return [slope]

    return x * share, pull


_FUNCTIONS = (relu, leaky_relu, sigmoid, softplus, gelu)
PULLBACKS = {function.__name__: silent_both_ways(function) for function in _FUNCTIONS}
OPS = values(PULLBACKS)
