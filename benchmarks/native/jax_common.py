"""Training steps in JAX around any `net(params, x) -> logits`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array
from jax.flatten_util import ravel_pytree

from . import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Step, Weights

Net = Callable[[Sequence[Array], Array], Array]
Convert = Callable[[Weights], list[np.ndarray]]


def variants(net: Net, convert: Convert) -> dict[str, Build]:
    return {
        "jit": lambda weights: jit(net, convert(weights)),
        "optax": lambda weights: jit_optax(net, convert(weights)),
        "jit_flat": lambda weights: jit_flat(net, convert(weights)),
    }


def prepare(x: np.ndarray, y: np.ndarray) -> tuple[Array, Array]:
    """Images as NHWC."""
    x = x.transpose(0, 2, 3, 1) if x.ndim == 4 else x
    return jnp.array(x), jnp.array(y.astype(np.int32))


def sync(loss: Array) -> None:
    loss.block_until_ready()  # parameters come from the same executable, so they are ready too


def cross_entropy(logits: Array, y: Array) -> Array:
    log_p = jax.nn.log_softmax(logits)
    return -jnp.take_along_axis(log_p, y[:, None], axis=1).mean()


def adam(params: Any, grads: Any, mean: Any, variance: Any, count: Array) -> tuple[Any, Any, Any]:
    bias1, bias2 = 1 - BETA1**count, 1 - BETA2**count
    mean = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, mean, grads)
    variance = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, variance, grads)
    params = jax.tree.map(
        lambda p, m, v: p - LEARNING_RATE * (m / bias1) / (jnp.sqrt(v / bias2) + EPSILON),
        params, mean, variance,
    )  # fmt: skip
    return params, mean, variance


def jit(net: Net, weights: list[np.ndarray]) -> Step:
    return _adam_step(net, [jnp.array(w) for w in weights])


def jit_flat(net: Net, weights: list[np.ndarray]) -> Step:
    """All parameters in one vector: three state buffers per call, one fused Adam loop."""
    flat, unravel = ravel_pytree([jnp.array(w) for w in weights])
    return _adam_step(lambda vector, x: net(unravel(vector), x), flat)


def _adam_step(net: Callable[[Any, Array], Array], params: Any) -> Step:
    zeros = partial(jax.tree.map, jnp.zeros_like)

    @partial(jax.jit, donate_argnums=0)
    def train(state: Any, x: Array, y: Array) -> tuple[Any, Array]:
        params, mean, variance, count = state
        loss, grads = jax.value_and_grad(lambda p: cross_entropy(net(p, x), y))(params)
        count += 1
        return (*adam(params, grads, mean, variance, count), count), loss

    return _stateful(train, (params, zeros(params), zeros(params), jnp.zeros((), jnp.float32)))


def jit_optax(net: Net, weights: list[np.ndarray]) -> Step:
    params = [jnp.array(w) for w in weights]
    optimizer = optax.adam(LEARNING_RATE, BETA1, BETA2, EPSILON)

    @partial(jax.jit, donate_argnums=0)
    def train(state: Any, x: Array, y: Array) -> tuple[Any, Array]:
        params, opt_state = state
        loss, grads = jax.value_and_grad(lambda p: cross_entropy(net(p, x), y))(params)
        updates, opt_state = optimizer.update(grads, opt_state)
        return (optax.apply_updates(params, updates), opt_state), loss

    return _stateful(train, (params, optimizer.init(params)))


def _stateful(train: Callable[[Any, Array, Array], tuple[Any, Array]], state: Any) -> Step:
    def step(x: Array, y: Array) -> Array:
        nonlocal state
        state, loss = train(state, x, y)
        return loss

    return step
