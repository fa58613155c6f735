"""What both hand-written NumPy models share: Dense, loss and Adam on one flat vector."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy import ndarray

from . import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Step, Weights

# gradients(params, grads, x, y): writes the gradients in place and returns the loss
Gradients = Callable[[list[ndarray], list[ndarray], ndarray, ndarray], ndarray]


def prepare(x: ndarray, y: ndarray) -> tuple[ndarray, ndarray]:
    return x, y


def sync(loss: ndarray) -> None:
    """NumPy is synchronous."""


def hand(gradients: Gradients) -> Build:
    """Parameters, gradients and slots are views of flat vectors: Adam is a few whole-vector calls."""

    def build(weights: Weights) -> Step:
        flat, params = _flatten(weights)
        flat_grad, grads = _flatten({k: np.zeros_like(w) for k, w in weights.items()})
        update = adam(flat, flat_grad)

        def step(x: ndarray, y: ndarray) -> ndarray:
            loss = gradients(params, grads, x, y)
            update()
            return loss

        return step

    return build


def adam(p: ndarray, g: ndarray) -> Callable[[], None]:
    m, v, scratch, denominator = (np.zeros_like(p) for _ in range(4))
    count = 0

    def update() -> None:
        nonlocal count
        count += 1
        rate = LEARNING_RATE / (1 - BETA1**count)
        np.multiply(g, g, out=scratch)
        np.multiply(g, 1 - BETA1, out=g)
        np.multiply(scratch, 1 - BETA2, out=scratch)
        np.multiply(m, BETA1, out=m)
        np.multiply(v, BETA2, out=v)
        np.add(m, g, out=m)
        np.add(v, scratch, out=v)
        np.multiply(v, 1 / (1 - BETA2**count), out=denominator)
        np.sqrt(denominator, out=denominator)
        np.add(denominator, EPSILON, out=denominator)
        np.divide(m, denominator, out=scratch)
        np.multiply(scratch, rate, out=scratch)
        np.subtract(p, scratch, out=p)

    return update


def dense_gradient(x: ndarray, g: ndarray, grad_w: ndarray, grad_b: ndarray) -> None:
    np.matmul(g.T, x, out=grad_w)
    np.sum(g, axis=0, out=grad_b)


def cross_entropy(logits: ndarray, y: ndarray) -> tuple[ndarray, ndarray]:
    """Mean loss and its gradient with respect to the logits."""
    rows = np.arange(len(y))
    logits = logits - logits.max(axis=1, keepdims=True)
    exp = np.exp(logits)
    total = exp.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - logits[rows, y]).mean()
    exp /= total
    exp[rows, y] -= 1
    exp /= len(y)
    return loss, exp


def _flatten(weights: Weights) -> tuple[ndarray, list[ndarray]]:
    flat = np.concatenate([w.ravel() for w in weights.values()])
    ends = np.cumsum([w.size for w in weights.values()])
    parts = np.split(flat, ends[:-1])
    return flat, [part.reshape(w.shape) for part, w in zip(parts, weights.values(), strict=True)]
