"""LeNet on 16x16 images with its backward pass, NumPy.

Images are C H W N inside. A convolution is one matmul (O, K) @ (K, H W N) whose result is the next
image with no transposition; each row of columns is a slice of the image.
C channel, H row, W column, N sample, O output channel, K = C * kernel height * kernel width.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from .numpy_common import (
    Workspace,
    cross_entropy,
    dense,
    dense_gradient,
    dense_relu,
    hand,
    prepare,
    sync,
)

__all__ = ["VARIANTS", "prepare", "sync"]

KERNEL = 5
OFFSETS = [(i, j) for i in range(KERNEL) for j in range(KERNEL)]
CORNERS = [(i, j) for i in range(2) for j in range(2)]


def pad(ws: Workspace, x: ndarray) -> ndarray:
    n, channels, rows, cols = x.shape
    out = ws("padded", (channels, rows + 4, cols + 4, n), x)
    out[:, 2:-2, 2:-2] = x.transpose(1, 2, 3, 0)
    return out


def im2col(ws: Workspace, name: str, x: ndarray) -> ndarray:
    channels, height, width, n = x.shape
    rows, cols = height - KERNEL + 1, width - KERNEL + 1
    out = ws(name + ".columns", (channels, len(OFFSETS), rows, cols, n), x)
    for k, (i, j) in enumerate(OFFSETS):
        out[:, k] = x[:, i : i + rows, j : j + cols]
    return out


def col2im(columns: ndarray, out: ndarray) -> ndarray:
    out.fill(0)
    rows, cols = columns.shape[2:4]
    for k, (i, j) in enumerate(OFFSETS):
        out[:, i : i + rows, j : j + cols] += columns[:, k]
    return out


def conv_relu(ws: Workspace, name: str, columns: ndarray, w: ndarray, b: ndarray) -> ndarray:
    out = ws(name, (len(w), columns[0, 0].size), columns)
    np.matmul(w.reshape(len(w), -1), columns.reshape(-1, out.shape[1]), out=out)
    out += b[:, None]
    np.maximum(out, 0, out=out)
    return out.reshape(-1, *columns.shape[2:])


def conv_gradient(columns: ndarray, g: ndarray, grad_w: ndarray, grad_b: ndarray) -> None:
    dense_gradient(columns.reshape(-1, g.shape[1]), g, grad_w.reshape(len(g), -1), grad_b)


def conv_input_gradient(
    ws: Workspace, name: str, columns: ndarray, g: ndarray, w: ndarray, x: ndarray
) -> ndarray:
    out = ws(name + ".grad_columns", columns.shape, columns)
    np.matmul(w.reshape(len(w), -1).T, g, out=out.reshape(-1, g.shape[1]))
    return col2im(out, ws(name + ".grad_input", x.shape, x))


def max_pool(x: ndarray) -> ndarray:
    a, b, c, d = (x[:, i::2, j::2] for i, j in CORNERS)
    return np.maximum(np.maximum(a, b), np.maximum(c, d))


def max_pool_relu_gradient(
    ws: Workspace, name: str, x: ndarray, pooled: ndarray, g: ndarray
) -> ndarray:
    """Ties are at zero, where the ReLU before the pooling passes no gradient anyway."""
    g = g.reshape(pooled.shape) * (pooled > 0)
    out = ws(name + ".grad", x.shape, x)
    for i, j in CORNERS:
        np.multiply(x[:, i::2, j::2] == pooled, g, out=out[:, i::2, j::2])
    return out.reshape(len(x), -1)


def gradients(
    ws: Workspace, params: list[ndarray], grads: list[ndarray], x: ndarray, y: ndarray
) -> ndarray:
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = params
    columns1 = im2col(ws, "1", pad(ws, x))
    a1 = conv_relu(ws, "1", columns1, w1, b1)
    p1 = max_pool(a1)
    columns2 = im2col(ws, "2", p1)
    a2 = conv_relu(ws, "2", columns2, w2, b2)
    p2 = max_pool(a2)
    flat = p2.reshape(-1, len(y))
    h1 = dense_relu(w3, b3, flat)
    h2 = dense_relu(w4, b4, h1)
    loss, g = cross_entropy(dense(w5, b5, h2), y)

    dense_gradient(h2, g, *grads[8:])
    g = w5.T @ g * (h2 > 0)
    dense_gradient(h1, g, *grads[6:8])
    g = w4.T @ g * (h1 > 0)
    dense_gradient(flat, g, *grads[4:6])
    g = max_pool_relu_gradient(ws, "2", a2, p2, w3.T @ g)
    conv_gradient(columns2, g, *grads[2:4])
    g = conv_input_gradient(ws, "2", columns2, g, w2, p1)
    conv_gradient(columns1, max_pool_relu_gradient(ws, "1", a1, p1, g), *grads[:2])
    return loss


VARIANTS = {"hand": hand(gradients)}
