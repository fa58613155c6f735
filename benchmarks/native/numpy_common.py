"""Programs in NumPy around any `gradients(t, *batch)` and `predict(t, *inputs)`.

A layer is a function that returns its output and `backward`: the gradient of the output in, that
of the input out, and those of the parameters written on the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy import ndarray
from program import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Program, Task, Weights

Backward = Callable[[ndarray], ndarray]
Layer = Callable[[ndarray], tuple[ndarray, Backward]]
STATISTICS = ("running_mean", "running_var")


class Kept(dict[Any, ndarray]):
    """Arrays kept from step to step: page faults of fresh megabyte arrays cost a third of LeNet."""

    def __call__(self, name: str, shape: tuple[int, ...], dtype: np.dtype) -> ndarray:
        """Zeros at first, then what was written last time."""
        found = self.get((name, shape))
        if found is None:
            found = self[name, shape] = np.zeros(shape, dtype)
        return found


@dataclass(frozen=True)
class State:
    """What a net is computed with.

    Attributes:
        sizes: Of the workload.
        p: Parameters and running statistics by name.
        g: The gradients of the parameters; each is written once a step, embeddings are added to.
        kept: Memory for large arrays.
        is_training: Whether normalisation uses the batch's statistics.
    """

    sizes: Mapping[str, int]
    p: Mapping[str, ndarray]
    g: Mapping[str, ndarray]
    kept: Kept
    is_training: bool = True


Gradients = Callable[..., ndarray]  # gradients(t, *batch) -> loss; writes t.g
Predict = Callable[..., ndarray]  # predict(t, *inputs)
Net = Callable[..., tuple[ndarray, Callable[[ndarray], Any]]]  # net(t, *inputs)


def variants(
    gradients: Gradients, predict: Predict, convert: Callable[[Weights], Weights] = dict
) -> dict[str, Build]:
    """The one way to run a model: parameters and gradients are views of two flat vectors."""

    def build(task: Task) -> Program:
        state, update = trained(task.sizes, convert(task.weights))

        def train(*batch: ndarray) -> ndarray:
            loss = gradients(state, *batch)
            update()
            return loss

        return program(train, partial(predict, inference(state)))

    return {"hand": build}


def program(train: Callable[..., ndarray], predict: Callable[..., ndarray]) -> Program:
    return Program(train, predict, prepare, loader, sync)


def prepare(batch: Sequence[np.ndarray]) -> tuple[ndarray, ...]:
    """Tokens and classes as the integers that index fastest."""
    return tuple(array.astype(np.intp) if array.dtype.kind == "i" else array for array in batch)


def loader(arrays: Sequence[ndarray], batch_size: int) -> Iterable[tuple[ndarray, ...]]:
    return Loader(prepare(arrays), batch_size)


class Loader:
    """What one writes by hand: slices of a permutation."""

    def __init__(self, arrays: Sequence[ndarray], batch_size: int) -> None:
        self._arrays, self._size, self._rng = arrays, batch_size, np.random.default_rng(0)

    def __iter__(self) -> Any:
        order = self._rng.permutation(len(self._arrays[0]))
        for start in range(0, len(order), self._size):
            places = order[start : start + self._size]
            yield tuple(array[places] for array in self._arrays)


def sync(result: ndarray) -> None:
    """NumPy is synchronous."""


def trained(sizes: Mapping[str, int], weights: Weights) -> tuple[State, Callable[[], None]]:
    """The state of a net, and one step of Adam over it, which zeroes the gradients."""
    params = {name: w for name, w in weights.items() if not name.endswith(STATISTICS)}
    statistics = {name: w.copy() for name, w in weights.items() if name not in params}
    flat, views = flatten(params)
    flat_grad, grads = flatten({name: np.zeros_like(w) for name, w in params.items()})
    return State(sizes, views | statistics, grads, Kept()), adam(flat, flat_grad)


def inference(t: State) -> State:
    """The same parameters; arrays of its own, as a step must not find them changed."""
    return State(t.sizes, t.p, {}, Kept(), is_training=False)


def flatten(weights: Weights) -> tuple[ndarray, dict[str, ndarray]]:
    """All in one vector, and a view of it for each."""
    flat = np.concatenate([w.ravel() for w in weights.values()])
    parts = np.split(flat, np.cumsum([w.size for w in weights.values()])[:-1])
    pairs = zip(parts, weights.items(), strict=True)
    return flat, {name: part.reshape(w.shape) for part, (name, w) in pairs}


def adam(p: ndarray, g: ndarray) -> Callable[[], None]:
    """Both corrections of the bias are in the rate, which saves a pass over the variance."""
    m, v, scratch = (np.zeros_like(p) for _ in range(3))
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
        np.sqrt(v, out=scratch)
        np.add(scratch, EPSILON, out=scratch)
        np.divide(m, scratch, out=scratch)
        rate = LEARNING_RATE * math.sqrt(1 - BETA2**count) / (1 - BETA1**count)
        np.multiply(scratch, rate, out=scratch)
        np.subtract(p, scratch, out=p)
        g.fill(0)

    return update


def chain(x: ndarray, *layers: Layer) -> tuple[ndarray, Backward]:
    """One layer after the other."""
    backwards = []
    for layer in layers:
        x, backward = layer(x)
        backwards.append(backward)

    def back(g: ndarray) -> ndarray:
        for backward in reversed(backwards):
            g = backward(g)
        return g

    return x, back


def classify(net: Net) -> tuple[Gradients, Predict]:
    """The cross-entropy of a net whose batches end with the labels, and its logits."""

    def gradients(t: State, *batch: ndarray) -> ndarray:
        *inputs, y = batch
        logits, backward = net(t, *inputs)
        loss, g = cross_entropy(logits.reshape(-1, logits.shape[-1]), y.ravel())
        backward(g.reshape(logits.shape))
        return loss

    return gradients, lambda t, *inputs: net(t, *inputs)[0]


def cross_entropy(logits: ndarray, y: ndarray) -> tuple[ndarray, ndarray]:
    """The mean loss and its gradient with respect to the logits (N, classes)."""
    rows = np.arange(len(y))
    logits = logits - logits.max(axis=1, keepdims=True)
    probabilities = np.exp(logits)
    total = probabilities.sum(axis=1)
    loss = (np.log(total) - logits[rows, y]).mean()
    probabilities /= (total * len(y))[:, None]
    probabilities[rows, y] -= 1 / len(y)
    return loss, probabilities


def sigmoid_cross_entropy(scores: ndarray, x: ndarray | float) -> tuple[ndarray, ndarray]:
    """The loss of each score for a probability of x, and its gradient: sigmoid(scores) - x."""
    small = np.exp(-np.abs(scores))
    loss = np.maximum(scores, 0) - scores * x + np.log1p(small)
    return loss, np.where(scores > 0, 1, small) / (1 + small) - x
