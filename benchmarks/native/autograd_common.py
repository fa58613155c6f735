"""Programs in HIPS autograd around any `loss(p, *batch)` and `predict(p, *inputs)`, p by name.

Some of autograd's own gradients compute in float64, or add to slices element by element: where
that costs, an operation and its gradient are defined here, as its manual shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy
import numpy as np
from autograd import value_and_grad
from autograd.extend import SparseObject, defvjp, primitive, vspace
from program import Build, Program, Task, Weights

from .numpy_common import STATISTICS, adam, flatten, loader, prepare, sync

anp: Any = autograd.numpy  # made at import: a type checker finds nothing in it
Array = Any
Params = Mapping[str, Array]
Net = Callable[..., Array]  # net(t, p, *inputs)
Loss = Callable[..., Array]  # loss(t, p, *batch)


class State:
    """What is no parameter.

    Attributes:
        sizes: Of the workload.
        statistics: Running means and variances by name.
        is_training: Whether normalisation uses the batch's statistics.
    """

    def __init__(self, sizes: Mapping[str, int], statistics: Weights, is_training: bool) -> None:
        self.sizes, self.statistics, self.is_training = sizes, statistics, is_training


class Trained:
    """The parameters of a net, all in one vector: autograd's dicts cost the square of their size.

    Attributes:
        flat: The vector.
    """

    def __init__(self, sizes: Mapping[str, int], weights: Weights) -> None:
        params = {name: w for name, w in weights.items() if not name.endswith(STATISTICS)}
        statistics = {name: w.copy() for name, w in weights.items() if name not in params}
        self.training, self.inference = (State(sizes, statistics, mode) for mode in (True, False))
        self.flat, self._views = flatten(params)
        self._gradient = np.zeros_like(self.flat)
        self._adam = adam(self.flat, self._gradient)

    def params(self, flat: Array) -> Params:
        """By name, of a vector that autograd may trace."""
        found, start = {}, 0
        for name, w in self._views.items():
            found[name] = piece(flat, slice(start, start + w.size), w.shape)
            start += w.size
        return found

    def update(self, gradient: np.ndarray) -> None:
        self._gradient[...] = gradient
        self._adam()


@primitive
def piece(flat: np.ndarray, place: slice, shape: tuple[int, ...]) -> np.ndarray:
    return flat[place].reshape(shape)


def _into_place(_: Any, flat: np.ndarray, place: slice, __: Any) -> Any:
    def added(g: np.ndarray) -> Any:
        def add(total: np.ndarray) -> np.ndarray:
            total[place] += g.ravel()
            return total

        return SparseObject(vspace(flat), add)

    return added


defvjp(piece, _into_place, argnums=(0,))


def variants(
    loss: Loss, predict: Net, convert: Callable[[Weights], Weights] = dict
) -> dict[str, Build]:
    """The one way to run a model."""

    def build(task: Task) -> Program:
        net = Trained(task.sizes, convert(task.weights))

        def loss_of(flat: Array, *batch: Array) -> Array:
            return loss(net.training, net.params(flat), *batch)

        differentiate: Any = value_and_grad(loss_of)  # pyright: ignore[reportCallIssue]

        def train(*batch: Array) -> Array:
            value, gradient = differentiate(net.flat, *batch)
            net.update(gradient)
            return value

        params = net.params(net.flat)
        return program(train, lambda *inputs: predict(net.inference, params, *inputs))

    return {"eager": build}


def program(train: Callable[..., Array], predict: Callable[..., Array]) -> Program:
    return Program(train, predict, prepare, loader, sync)


def classify(net: Net) -> tuple[Loss, Net]:
    """The cross-entropy of a net whose batches end with the labels, and the net."""

    def loss(t: State, p: Params, *batch: Array) -> Array:
        *inputs, y = batch
        logits = net(t, p, *inputs)
        return cross_entropy(anp.reshape(logits, (-1, logits.shape[-1])), y.ravel())

    return loss, net


def dense(p: Params, name: str, x: Array) -> Array:
    """x (N, in) -> (N, out)"""
    return x @ p[name + ".weight"].T + p[name + ".bias"]


def _probabilities(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    exponentials /= exponentials.sum(axis=1, keepdims=True)
    return exponentials


@primitive
def cross_entropy(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mean loss of logits (N, classes)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return (np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]).mean()


def _cross_entropy_gradient(_: Array, logits: np.ndarray, y: np.ndarray) -> Any:
    def gradient(g: np.ndarray) -> np.ndarray:
        out = _probabilities(logits)
        out[np.arange(len(y)), y] -= 1
        out *= g / len(y)
        return out

    return gradient


defvjp(cross_entropy, _cross_entropy_gradient, argnums=(0,))


@primitive
def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


@primitive
def tanh(x: np.ndarray) -> np.ndarray:
    return np.tanh(x)


@primitive
def sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * np.tanh(0.5 * x) + 0.5


defvjp(relu, lambda y, x: lambda g: g * (y > 0))
defvjp(tanh, lambda y, x: lambda g: g * (1 - y * y))
defvjp(sigmoid, lambda y, x: lambda g: g * y * (1 - y))


def embedding(table: Array, tokens: np.ndarray) -> Array:
    """Integers of any shape -> (N, U): a product, as autograd adds to rows one by one."""
    return one_hot(tokens.ravel(), table.shape[0], table.dtype) @ table


def one_hot(tokens: np.ndarray, count: int, dtype: Any) -> np.ndarray:
    out = np.zeros((*tokens.shape, count), dtype)
    np.put_along_axis(out, tokens[..., None], 1, -1)
    return out


@primitive
def sigmoid_cross_entropy(scores: np.ndarray, x: np.ndarray | float) -> np.ndarray:
    """The sum of the losses of scores for probabilities of x."""
    return (np.maximum(scores, 0) - scores * x + np.log1p(np.exp(-np.abs(scores)))).sum()


defvjp(
    sigmoid_cross_entropy,
    lambda _, scores, x: lambda g: g * (0.5 * np.tanh(0.5 * scores) + (0.5 - x)),
    argnums=(0,),
)
