"""LeNet on 16x16 images with its backward pass, NumPy.

Images are C N H W inside, channel before sample: a convolution is then one matmul
(O, K) @ (K, N H W) whose result is the next image, with no transposition, and each column row is
a plain slice of the image. C channel, N sample, K = C * kernel height * kernel width.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from .numpy_common import cross_entropy, dense_gradient, hand, prepare, sync

__all__ = ["VARIANTS", "prepare", "sync"]

KERNEL = 5
OFFSETS = [(i, j) for i in range(KERNEL) for j in range(KERNEL)]
CORNERS = [(i, j) for i in range(2) for j in range(2)]


def im2col(x: ndarray) -> ndarray:
    channels, n, height, width = x.shape
    rows, cols = height - KERNEL + 1, width - KERNEL + 1
    out = np.empty((channels, len(OFFSETS), n, rows, cols), x.dtype)
    for k, (i, j) in enumerate(OFFSETS):
        out[:, k] = x[:, :, i : i + rows, j : j + cols]
    return out


def col2im(columns: ndarray, shape: tuple[int, ...]) -> ndarray:
    out = np.zeros(shape, columns.dtype)
    rows, cols = columns.shape[-2:]
    for k, (i, j) in enumerate(OFFSETS):
        out[:, :, i : i + rows, j : j + cols] += columns[:, k]
    return out


def conv_relu(columns: ndarray, w: ndarray, b: ndarray) -> ndarray:
    out = w.reshape(len(w), -1) @ columns.reshape(-1, columns[0, 0].size)
    out += b[:, None]
    np.maximum(out, 0, out=out)
    return out.reshape(-1, *columns.shape[2:])


def conv_gradient(columns: ndarray, g: ndarray, grad_w: ndarray, grad_b: ndarray) -> ndarray:
    g = g.reshape(len(g), -1)
    flat = columns.reshape(-1, g.shape[1])
    np.matmul(g, flat.T, out=grad_w.reshape(len(g), -1))
    np.sum(g, axis=1, out=grad_b)
    return g


def max_pool(x: ndarray) -> ndarray:
    a, b, c, d = (x[..., i::2, j::2] for i, j in CORNERS)
    return np.maximum(np.maximum(a, b), np.maximum(c, d))


def max_pool_relu_gradient(x: ndarray, pooled: ndarray, g: ndarray) -> ndarray:
    """Ties are at zero, where the ReLU before the pooling passes no gradient anyway."""
    g = g * (pooled > 0)
    out = np.empty_like(x)
    for i, j in CORNERS:
        np.multiply(x[..., i::2, j::2] == pooled, g, out=out[..., i::2, j::2])
    return out


def gradients(params: list[ndarray], grads: list[ndarray], x: ndarray, y: ndarray) -> ndarray:
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = params
    image = np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2))).transpose(1, 0, 2, 3)
    columns1 = im2col(image)
    a1 = conv_relu(columns1, w1, b1)
    p1 = max_pool(a1)
    columns2 = im2col(p1)
    a2 = conv_relu(columns2, w2, b2)
    p2 = max_pool(a2)
    flat = p2.transpose(1, 0, 2, 3).reshape(len(x), -1)
    h1 = np.maximum(flat @ w3.T + b3, 0)
    h2 = np.maximum(h1 @ w4.T + b4, 0)
    loss, g = cross_entropy(h2 @ w5.T + b5, y)

    dense_gradient(h2, g, *grads[8:])
    g = g @ w5 * (h2 > 0)
    dense_gradient(h1, g, *grads[6:8])
    g = g @ w4 * (h1 > 0)
    dense_gradient(flat, g, *grads[4:6])
    g = (g @ w3).reshape(len(x), *p2[:, 0].shape).transpose(1, 0, 2, 3)
    g = conv_gradient(columns2, max_pool_relu_gradient(a2, p2, g), *grads[2:4])
    g = col2im((w2.reshape(len(w2), -1).T @ g).reshape(columns2.shape), p1.shape)
    conv_gradient(columns1, max_pool_relu_gradient(a1, p1, g), *grads[:2])
    return loss


VARIANTS = {"hand": hand(gradients)}
