"""What both hand-written NumPy models share: memory, Dense, loss and Adam on one flat vector.

The sample axis is last after the input: a layer is `w @ x` with UniDeep's weights as they are, and
each slice of an image is a long contiguous run.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy import ndarray

from . import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Step, Weights


class Workspace(dict[str, ndarray]):
    """Arrays kept from step to step: page faults of fresh megabyte arrays cost a third of LeNet."""

    def __call__(self, name: str, shape: tuple[int, ...], like: ndarray) -> ndarray:
        if name not in self:
            self[name] = np.zeros(shape, like.dtype)
        return self[name]


# gradients(workspace, params, grads, x, y): writes the gradients in place and returns the loss
Gradients = Callable[[Workspace, list[ndarray], list[ndarray], ndarray, ndarray], ndarray]


def prepare(x: ndarray, y: ndarray) -> tuple[ndarray, ndarray]:
    return x, y


def sync(loss: ndarray) -> None:
    """NumPy is synchronous."""


def hand(gradients: Gradients) -> Build:
    """Parameters and gradients are views of flat vectors: Adam is a few whole-vector calls."""

    def build(weights: Weights) -> Step:
        workspace = Workspace()
        flat, params = _flatten(weights)
        flat_grad, grads = _flatten({k: np.zeros_like(w) for k, w in weights.items()})
        update = adam(flat, flat_grad)

        def step(x: ndarray, y: ndarray) -> ndarray:
            loss = gradients(workspace, params, grads, x, y)
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
        np.multiply(g, g, out=scratch)
        np.multiply(scratch, 1 - BETA2, out=scratch)
        np.multiply(v, BETA2, out=v)
        np.add(v, scratch, out=v)
        np.multiply(g, 1 - BETA1, out=g)
        np.multiply(m, BETA1, out=m)
        np.add(m, g, out=m)
        np.multiply(v, 1 / (1 - BETA2**count), out=denominator)
        np.sqrt(denominator, out=denominator)
        np.add(denominator, EPSILON, out=denominator)
        np.divide(m, denominator, out=scratch)
        np.multiply(scratch, LEARNING_RATE / (1 - BETA1**count), out=scratch)
        np.subtract(p, scratch, out=p)

    return update


def dense(w: ndarray, b: ndarray, x: ndarray) -> ndarray:
    out = w @ x
    out += b[:, None]
    return out


def dense_relu(w: ndarray, b: ndarray, x: ndarray) -> ndarray:
    out = dense(w, b, x)
    return np.maximum(out, 0, out=out)


def dense_gradient(x: ndarray, g: ndarray, grad_w: ndarray, grad_b: ndarray) -> None:
    np.matmul(g, x.T, out=grad_w)
    np.sum(g, axis=1, out=grad_b)


def cross_entropy(logits: ndarray, y: ndarray) -> tuple[ndarray, ndarray]:
    """Mean loss and its gradient with respect to the logits (classes, N)."""
    samples = np.arange(len(y))
    logits = logits - logits.max(axis=0)
    exp = np.exp(logits)
    total = exp.sum(axis=0)
    loss = (np.log(total) - logits[y, samples]).mean()
    exp /= total
    exp[y, samples] -= 1
    exp /= len(y)
    return loss, exp


def _flatten(weights: Weights) -> tuple[ndarray, list[ndarray]]:
    flat = np.concatenate([w.ravel() for w in weights.values()])
    ends = np.cumsum([w.size for w in weights.values()])
    parts = np.split(flat, ends[:-1])
    return flat, [part.reshape(w.shape) for part, w in zip(parts, weights.values(), strict=True)]
