"""Layers of images in HIPS autograd: C H W N, as in `numpy_images`."""

from __future__ import annotations

import numpy as np
from autograd.extend import defvjp, primitive
from autograd.tracer import getval

from . import numpy_images
from .autograd_common import Array, Params, State, anp, relu
from .numpy_images import CORNERS, EPSILON, MOMENTUM, enlarged


@primitive
def im2col(x: np.ndarray, kernel: int, stride: int, padding: int) -> np.ndarray:
    return numpy_images.im2col(np.zeros, x, kernel, stride, padding)


@primitive
def col2im(columns: np.ndarray, shape: tuple[int, ...], stride: int, padding: int) -> np.ndarray:
    return numpy_images.col2im(np.zeros, columns, shape, stride, padding)


defvjp(
    im2col,
    lambda y, x, kernel, stride, padding: lambda g: col2im(g, x.shape, stride, padding),
    argnums=(0,),
)
defvjp(
    col2im,
    lambda y, x, shape, stride, padding: lambda g: im2col(g, x.shape[1], stride, padding),
    argnums=(0,),
)


def images(x: np.ndarray) -> np.ndarray:
    """N C H W as C H W N."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def rows(x: Array) -> Array:
    """Images as vectors, one a sample."""
    return anp.reshape(x, (-1, x.shape[-1])).T


def conv(p: Params, name: str, x: Array, stride: int = 1, padding: int = 0) -> Array:
    """x (C, H, W, N) -> (O, H', W', N)"""
    w = p[name + ".weight"]
    columns = im2col(x, w.shape[2], stride, padding)
    kernel = anp.reshape(w, (len(w), -1))
    y = kernel @ anp.reshape(columns, (kernel.shape[1], -1))
    if name + ".bias" in p:
        y = y + p[name + ".bias"][:, None]
    return anp.reshape(y, (-1, *columns.shape[3:]))


def conv_transpose(p: Params, name: str, x: Array, stride: int = 2, padding: int = 1) -> Array:
    """x (C, H, W, N) -> (O, H', W', N)"""
    w = p[name + ".weight"]
    columns = anp.reshape(w, (len(w), -1)).T @ anp.reshape(x, (len(w), -1))
    columns = anp.reshape(columns, (*w.shape[1:], *x.shape[1:]))
    y = col2im(columns, enlarged(w.shape, x.shape, stride, padding), stride, padding)
    return y + p[name + ".bias"][:, None, None, None] if name + ".bias" in p else y


@primitive
def max_pool(x: np.ndarray) -> np.ndarray:
    """2 x 2."""
    a, b, c, d = (x[:, i::2, j::2] for i, j in CORNERS)
    return np.maximum(np.maximum(a, b), np.maximum(c, d))


def _at_maxima(y: np.ndarray, x: np.ndarray) -> Array:
    def backward(g: np.ndarray) -> np.ndarray:
        out = np.empty_like(x)
        for i, j in CORNERS:
            np.multiply(x[:, i::2, j::2] == y, g, out=out[:, i::2, j::2])
        return out

    return backward


defvjp(max_pool, _at_maxima)


def relu_max_pool(x: Array) -> Array:
    """Ties are at zero, where the rectifier passes no gradient anyway."""
    return relu(max_pool(x))


def batch_norm(t: State, p: Params, name: str, x: Array) -> Array:
    """x (C, H, W, N) -> like x; in training the running statistics move."""
    gamma, beta = p[name + ".gamma"][:, None], p[name + ".beta"][:, None]
    running = [t.statistics[name + part] for part in (".running_mean", ".running_var")]
    rows = anp.reshape(x, (len(x), -1))
    if t.is_training:
        share = 1 / rows.shape[1]  # sums and not means, whose gradients are in float64
        mean = share * anp.sum(rows, axis=1, keepdims=True)
        rows = rows - mean
        variance = share * anp.sum(rows * rows, axis=1, keepdims=True)
        for old, new in zip(running, (mean, variance), strict=True):
            old *= MOMENTUM
            old += (1 - MOMENTUM) * getval(new)[:, 0]
    else:
        mean, variance = (old[:, None] for old in running)
        rows = rows - mean
    return anp.reshape(rows * (gamma / anp.sqrt(variance + EPSILON)) + beta, x.shape)
