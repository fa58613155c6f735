"""Programs in JAX around any `loss(p, *batch)` and `predict(p, *inputs)`, p by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array
from jax.flatten_util import ravel_pytree
from program import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Program, Task, Weights

Params = Mapping[str, Array]
Loss = Callable[..., tuple[Array, Params]]  # loss(p, *batch) -> value, new running statistics
Predict = Callable[..., Array]  # predict(p, *inputs)
Tree = Any
Convert = Callable[[Weights], Weights]
STATISTICS = ("running_mean", "running_var")


class Optimizer(NamedTuple):
    """init(params) -> state; update(params, grads, state) -> params, state."""

    init: Callable[[Tree], Tree]
    update: Callable[[Tree, Tree, Tree], tuple[Tree, Tree]]


def variants(
    loss: Loss, predict: Predict, convert: Convert = dict, sizes: Sequence[str] = ()
) -> dict[str, Build]:
    """The ways to run a model.

    Args:
        convert: The first weights as this model keeps them.
        sizes: Those of the task that loss and predict take by keyword.
    """

    def built(optimizer: Optimizer, is_flat: bool = False) -> Build:
        def made(task: Task) -> Program:
            given = {name: task.sizes[name] for name in sizes}
            functions = partial(loss, **given), partial(predict, **given)
            return build(task, *functions, convert, optimizer, is_flat)

        return made

    return {"jit": built(ADAM), "optax": built(OPTAX), "jit_flat": built(ADAM, is_flat=True)}


def build(
    task: Task,
    loss: Loss,
    predict: Predict,
    convert: Convert,
    optimizer: Optimizer,
    is_flat: bool,
) -> Program:
    """A program with one optimizer.

    Args:
        is_flat: Keep all that is trained in one vector: three buffers per call, one loop of Adam.
    """
    trained, statistics = load(task, convert)
    params, unpack = ravel_pytree(trained) if is_flat else (trained, dict)

    def step(kept: Tree, state: Tree, *batch: Array) -> tuple[Tree, Tree, Array]:
        params, old = kept

        def value_of(params: Tree) -> tuple[Array, Params]:
            return loss({**unpack(params), **old}, *batch)

        (value, new), grads = jax.value_and_grad(value_of, has_aux=True)(params)
        params, state = optimizer.update(params, grads, state)
        return (params, new), state, value

    return program(
        (params, statistics),
        optimizer.init(params),
        step,
        lambda kept, *inputs: predict({**unpack(kept[0]), **kept[1]}, *inputs),
    )


def load(task: Task, convert: Convert = dict) -> tuple[Params, Params]:
    """What is trained, and the running statistics, on the task's device."""
    jax.config.update("jax_default_device", jax.devices(task.device)[0])
    trained, statistics = {}, {}
    for name, weight in convert(task.weights).items():
        (statistics if name.endswith(STATISTICS) else trained)[name] = jnp.array(weight)
    return trained, statistics


def program(
    kept: Tree,
    state: Tree,
    step: Callable[..., tuple[Tree, Tree, Array]],
    predict: Callable[..., Array],
) -> Program:
    """Compile step(kept, state, *batch) -> kept, state, loss, and predict(kept, *inputs).

    Between calls both trees are lists of arrays, which `jit` takes apart fastest.
    """
    leaves, outline = jax.tree.flatten(kept)
    extra, extra_outline = jax.tree.flatten(state)

    @partial(jax.jit, donate_argnums=(0, 1))
    def train(leaves: list[Array], extra: list[Array], *batch: Array) -> Any:
        trees = outline.unflatten(leaves), extra_outline.unflatten(extra)
        kept, state, value = step(*trees, *batch)
        return jax.tree.leaves(kept), jax.tree.leaves(state), value

    run = jax.jit(lambda leaves, *inputs: predict(outline.unflatten(leaves), *inputs))

    def advance(*batch: Array) -> Array:
        nonlocal leaves, extra
        leaves, extra, value = train(leaves, extra, *batch)
        return value

    return Program(
        train=advance,
        predict=lambda *inputs: run(leaves, *inputs),
        prepare=prepare,
        loader=Loader,
        sync=sync,
        graphs=train._cache_size,  # pyright: ignore[reportAttributeAccessIssue]
    )


def prepare(batch: Sequence[np.ndarray]) -> tuple[Array, ...]:
    return tuple(map(jnp.array, map(as_here, batch)))


def as_here(array: np.ndarray) -> np.ndarray:
    """Images as NHWC, which the kernels for CPU and GPU like best."""
    return np.ascontiguousarray(array.transpose(0, 2, 3, 1)) if array.ndim == 4 else array


@dataclass
class Loader:
    """Batches in a random order, drawn by NumPy: JAX has no loader."""

    arrays: Sequence[np.ndarray]
    batch_size: int

    def __post_init__(self) -> None:
        self.arrays = [as_here(array) for array in self.arrays]
        self._rng = np.random.default_rng(0)

    def __iter__(self) -> Iterator[tuple[Array, ...]]:
        order = self._rng.permutation(len(self.arrays[0]))
        for first in range(0, len(order), self.batch_size):
            rows = order[first : first + self.batch_size]
            yield jax.device_put(tuple(array[rows] for array in self.arrays))


def sync(result: Array) -> None:
    result.block_until_ready()  # parameters come from the same executable, so they are ready too


def classify(net: Predict) -> Loss:
    """The cross-entropy of a net whose batches end with the labels."""

    def loss(p: Params, *batch: Array, **sizes: int) -> tuple[Array, Params]:
        *inputs, labels = batch
        return cross_entropy(net(p, *inputs, **sizes), labels), {}

    return loss


def cross_entropy(logits: Array, labels: Array) -> Array:
    log_p = jax.nn.log_softmax(logits)
    return -jnp.take_along_axis(log_p, labels[..., None], axis=-1).mean()


def _zeros(params: Tree) -> Tree:
    zeros = partial(jax.tree.map, jnp.zeros_like)
    return zeros(params), zeros(params), jnp.zeros((), jnp.float32)


def _adam(params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
    mean, variance, count = state
    count += 1
    bias1, bias2 = 1 - BETA1**count, 1 - BETA2**count
    mean = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, mean, grads)
    variance = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, variance, grads)
    params = jax.tree.map(
        lambda p, m, v: p - LEARNING_RATE * (m / bias1) / (jnp.sqrt(v / bias2) + EPSILON),
        params, mean, variance,
    )  # fmt: skip
    return params, (mean, variance, count)


def _optax(params: Tree, grads: Tree, state: Tree) -> tuple[Tree, Tree]:
    updates, state = _OPTAX.update(grads, state)
    return optax.apply_updates(params, updates), state


_OPTAX = optax.adam(LEARNING_RATE, BETA1, BETA2, EPSILON)
ADAM, OPTAX = Optimizer(_zeros, _adam), Optimizer(_OPTAX.init, _optax)
