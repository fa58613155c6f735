"""Layers of images with their backward passes, NumPy.

Images are C H W N: a convolution is then one matmul (O, K) @ (K, H W N) whose result is the next
image with no transposition, and each row of columns is a run of contiguous pieces of the image.
C channel, H row, W column, N sample, O output channel, K = C * kernel height * kernel width.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from numpy import ndarray

from .numpy_common import Backward, State

Zeros = Callable[[tuple[int, ...], np.dtype], ndarray]  # may be what it gave the last time
EPSILON, MOMENTUM = 1e-5, 0.9  # of normalisation
CORNERS = [(i, j) for i in range(2) for j in range(2)]


def images(x: ndarray) -> tuple[ndarray, Backward]:
    """N C H W as C H W N."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0)), lambda g: g.transpose(3, 0, 1, 2)


def rows(x: ndarray) -> tuple[ndarray, Backward]:
    """Images as vectors, one a sample: a view."""
    return x.reshape(-1, x.shape[-1]).T, lambda g: g.T.reshape(x.shape)


def pixels(shape: tuple[int, ...], x: ndarray) -> tuple[ndarray, Backward]:
    """Vectors as images (C, H, W, N): a view."""
    return x.T.reshape(*shape, -1), lambda g: rows(g)[0]


def conv(
    t: State, name: str, x: ndarray, stride: int = 1, padding: int = 0, is_first: bool = False
) -> tuple[ndarray, Backward]:
    """x (C, H, W, N) -> (O, H', W', N). Nobody needs the gradient of the first layer's input."""
    w = t.p[name + ".weight"]
    kernel, bias = w.reshape(len(w), -1), t.p.get(name + ".bias")
    columns = im2col(partial(t.kept, name + ".columns"), x, w.shape[2], stride, padding)
    flat = columns.reshape(kernel.shape[1], -1)
    y = np.matmul(kernel, flat, out=t.kept(name, (len(w), flat.shape[1]), x.dtype))
    if bias is not None:
        y += bias[:, None]

    def backward(g: ndarray) -> ndarray:
        g = g.reshape(len(w), -1)
        if t.g:
            np.matmul(g, flat.T, out=t.g[name + ".weight"].reshape(kernel.shape))
        if bias is not None:
            np.sum(g, axis=1, out=t.g[name + ".bias"])
        if is_first:
            return x
        gradient = t.kept(name + ".columns_gradient", columns.shape, x.dtype)
        np.matmul(kernel.T, g, out=gradient.reshape(flat.shape))
        return col2im(partial(t.kept, name + ".images"), gradient, x.shape, stride, padding)

    return y.reshape(-1, *columns.shape[3:]), backward


def conv_transpose(
    t: State, name: str, x: ndarray, stride: int = 2, padding: int = 1
) -> tuple[ndarray, Backward]:
    """x (C, H, W, N) -> (O, H', W', N): what the gradient of a convolution does to its input."""
    w = t.p[name + ".weight"]
    kernel, bias = w.reshape(len(w), -1), t.p.get(name + ".bias")
    flat = x.reshape(len(x), -1)
    columns = t.kept(name + ".columns", (*w.shape[1:], *x.shape[1:]), x.dtype)
    np.matmul(kernel.T, flat, out=columns.reshape(kernel.shape[1], -1))
    shape = enlarged(w.shape, x.shape, stride, padding)
    y = col2im(partial(t.kept, name + ".images"), columns, shape, stride, padding)
    if bias is not None:
        y += bias[:, None, None, None]

    def backward(g: ndarray) -> ndarray:
        if bias is not None:
            np.sum(g, axis=(1, 2, 3), out=t.g[name + ".bias"])
        gradient = im2col(partial(t.kept, name + ".gradient"), g, w.shape[2], stride, padding)
        gradient = gradient.reshape(kernel.shape[1], -1)
        np.matmul(flat, gradient.T, out=t.g[name + ".weight"].reshape(kernel.shape))
        return (kernel @ gradient).reshape(x.shape)

    return y, backward


def enlarged(
    w: tuple[int, ...], x: tuple[int, ...], stride: int, padding: int
) -> tuple[int, int, int, int]:
    """The shape of the output, of those of kernels and input."""
    height, width = ((n - 1) * stride + w[2] - 2 * padding for n in x[1:3])
    return w[1], height, width, x[3]


def im2col(zeros: Zeros, x: ndarray, kernel: int, stride: int, padding: int) -> ndarray:
    """(C, kernel, kernel, H', W', N); what lies outside the image stays zero."""
    height, width = (places(size, kernel, stride, padding) for size in x.shape[1:3])
    out = zeros((len(x), kernel, kernel, height[0], width[0], x.shape[3]), x.dtype)
    for i, (to_row, row) in enumerate(height[1]):
        for j, (to_col, col) in enumerate(width[1]):
            out[:, i, j, to_row, to_col] = x[:, row, col]
    return out


def col2im(
    zeros: Zeros, columns: ndarray, shape: tuple[int, ...], stride: int, padding: int
) -> ndarray:
    """The transpose of `im2col`: images of a shape."""
    out = zeros(shape, columns.dtype)
    out.fill(0)
    kernel = columns.shape[1]
    height, width = (places(size, kernel, stride, padding)[1] for size in shape[1:3])
    for i, (to_row, row) in enumerate(height):
        for j, (to_col, col) in enumerate(width):
            out[:, row, col] += columns[:, i, j, to_row, to_col]
    return out


@cache
def places(
    size: int, kernel: int, stride: int, padding: int
) -> tuple[int, list[tuple[slice, slice]]]:
    """The size of the output, and for each offset in the kernel its outputs and their inputs."""
    count = (size + 2 * padding - kernel) // stride + 1
    pairs = []
    for offset in range(-padding, kernel - padding):
        first = max(0, -(offset // stride))
        last = min(count, (size - 1 - offset) // stride + 1)
        start = first * stride + offset
        end = (last - 1) * stride + offset + 1
        pairs.append((slice(first, last), slice(start, end, stride)))
    return count, pairs


def relu_max_pool(t: State, name: str, x: ndarray) -> tuple[ndarray, Backward]:
    """2 x 2. Ties are at zero, where the rectifier passes no gradient anyway."""
    a, b, c, d = (x[:, i::2, j::2] for i, j in CORNERS)
    y = np.maximum(np.maximum(a, b), np.maximum(c, d))
    np.maximum(y, 0, out=y)

    def backward(g: ndarray) -> ndarray:
        g = g * (y > 0)
        out = t.kept(name + ".gradient", x.shape, x.dtype)
        for i, j in CORNERS:
            np.multiply(x[:, i::2, j::2] == y, g, out=out[:, i::2, j::2])
        return out

    return y, backward


def batch_norm(t: State, name: str, x: ndarray) -> tuple[ndarray, Backward]:
    """x (C, H, W, N) -> like x; in training the running statistics move."""
    shape = x.shape
    gamma, beta = t.p[name + ".gamma"][:, None], t.p[name + ".beta"][:, None]
    x = x.reshape(len(x), -1)
    mean, variance = (t.p[name + part] for part in (".running_mean", ".running_var"))
    if not t.is_training:
        slope = gamma / np.sqrt(variance + EPSILON)[:, None]
        return (x * slope + (beta - mean[:, None] * slope)).reshape(shape), lambda g: g
    moved, size = x.mean(axis=1), x.shape[1]
    normal = np.subtract(x, moved[:, None], out=t.kept(name + ".normal", x.shape, x.dtype))
    spread = np.einsum("cn,cn->c", normal, normal) / size
    scale = 1 / np.sqrt(spread + EPSILON)[:, None]
    normal *= scale
    for running, batch in ((mean, moved), (variance, spread)):
        running *= MOMENTUM
        running += (1 - MOMENTUM) * batch
    y = np.multiply(normal, gamma, out=t.kept(name, x.shape, x.dtype))
    y += beta

    def backward(g: ndarray) -> ndarray:
        g = g.reshape(x.shape)
        g_gamma = np.einsum("cn,cn->c", g, normal, out=t.g.get(name + ".gamma"))[:, None]
        g_beta = np.sum(g, axis=1, out=t.g.get(name + ".beta"))[:, None]
        out = np.multiply(normal, -g_gamma / size, out=normal)
        out += g
        out -= g_beta / size
        out *= gamma * scale
        return out.reshape(shape)

    return y.reshape(shape), backward
