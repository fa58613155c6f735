"""Layers with their backward passes, NumPy: vectors and sequences of them, as rows."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy import ndarray

from .numpy_common import Backward, Layer, State, chain


def dense(t: State, name: str, x: ndarray, is_first: bool = False) -> tuple[ndarray, Backward]:
    """x (N, in) -> (N, out). Nobody needs the gradient of the first layer's input."""
    w = t.p[name + ".weight"]
    y = x @ w.T
    y += t.p[name + ".bias"]

    def backward(g: ndarray) -> ndarray:
        np.matmul(g.T, x, out=t.g[name + ".weight"])
        np.sum(g, axis=0, out=t.g[name + ".bias"])
        return x if is_first else g @ w

    return y, backward


def relu(x: ndarray) -> tuple[ndarray, Backward]:
    """In place, both ways."""
    np.maximum(x, 0, out=x)

    def backward(g: ndarray) -> ndarray:
        return np.multiply(g, x > 0, out=g)

    return x, backward


def leaky_relu(x: ndarray, slope: float = 0.2) -> tuple[ndarray, Backward]:
    """In place, both ways."""
    np.maximum(x, x * slope, out=x)

    def backward(g: ndarray) -> ndarray:
        return np.multiply(g, np.where(x > 0, x.dtype.type(1), x.dtype.type(slope)), out=g)

    return x, backward


def gelu(x: ndarray) -> tuple[ndarray, Backward]:
    """The form with tanh: x h with h = (1 + tanh(a x + b x³)) / 2."""
    a = math.sqrt(2 / math.pi)
    b = 0.044715 * a
    square = x * x
    h = square * b
    h += a
    h *= x
    np.tanh(h, out=h)
    h += 1
    h *= 0.5

    def backward(g: ndarray) -> ndarray:
        """h' = 2 h (1 - h) (a + 3 b x²)."""
        np.multiply(square, 6 * b, out=square)
        slope = np.add(square, 2 * a, out=square)
        slope *= x
        slope *= h
        slope *= 1 - h
        slope += h
        return np.multiply(g, slope, out=g)

    return x * h, backward


def layer_norm(t: State, name: str, x: ndarray) -> tuple[ndarray, Backward]:
    """x (N, U) -> like x. Row sums are products with a vector: BLAS is faster than a reduction."""
    gamma = t.p[name + ".gamma"]
    mean = np.full(len(gamma), 1 / len(gamma), x.dtype)
    normal = x - (x @ mean)[:, None]
    scale = 1 / np.sqrt((normal * normal) @ mean + 1e-5)[:, None]
    normal *= scale

    def backward(g: ndarray) -> ndarray:
        np.einsum("nu,nu->u", g, normal, out=t.g[name + ".gamma"])
        np.sum(g, axis=0, out=t.g[name + ".beta"])
        g = g * gamma
        shift, slope = g @ mean, (g * normal) @ mean
        g -= shift[:, None]
        g -= normal * slope[:, None]
        g *= scale
        return g

    y = normal * gamma
    y += t.p[name + ".beta"]
    return y, backward


def embedding(t: State, name: str, tokens: ndarray) -> tuple[ndarray, Backward]:
    """Integers of any shape -> (N, U). The gradient is added to that of the table."""
    table = t.p[name + ".weight"]
    tokens = tokens.ravel()

    def backward(g: ndarray) -> ndarray:
        one_hot = np.zeros((len(tokens), len(table)), g.dtype)  # faster than np.add.at by far
        one_hot[np.arange(len(tokens)), tokens] = 1
        t.g[name + ".weight"][...] += one_hot.T @ g
        return tokens

    return table[tokens], backward


def waves(length: int, units: int, dtype: np.dtype) -> ndarray:
    """Sines and cosines of positions, in turn: (T, U)."""
    angles = np.arange(length)[:, None] * 10000.0 ** -(np.arange(0, units, 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], 2).reshape(length, units).astype(dtype)


def tied(t: State, name: str, x: ndarray) -> tuple[ndarray, Backward]:
    """The scores of the words of a table: x (N, U) -> (N, V)."""
    table = t.p[name + ".weight"]

    def backward(g: ndarray) -> ndarray:
        np.matmul(g.T, x, out=t.g[name + ".weight"])
        return g @ table

    return x @ table.T, backward


def added(layer: Layer, x: ndarray) -> tuple[ndarray, Backward]:
    """x + f(x); the layer neither keeps its output nor changes the gradient it is given."""
    y, back = layer(x)
    y += x

    def backward(g: ndarray) -> ndarray:
        inner = back(g)
        inner += g
        return inner

    return y, backward


def feed_forward(t: State, name: str, activation: Layer, x: ndarray) -> tuple[ndarray, Backward]:
    return chain(
        x, partial(dense, t, name + ".hidden"), activation, partial(dense, t, name + ".out")
    )
