"""MLP 64-64-10 with its backward pass, NumPy."""

from __future__ import annotations

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


def gradients(
    _: Workspace, params: list[ndarray], grads: list[ndarray], x: ndarray, y: ndarray
) -> ndarray:
    w1, b1, w2, b2 = params
    x = x.T
    hidden = dense_relu(w1, b1, x)
    loss, g = cross_entropy(dense(w2, b2, hidden), y)
    dense_gradient(hidden, g, *grads[2:])
    dense_gradient(x, w2.T @ g * (hidden > 0), *grads[:2])
    return loss


VARIANTS = {"hand": hand(gradients)}
