"""Recurrent layers, forward and backward, JAX."""

# T time, N batch, H size of the state, G size of all gates

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from . import Weights
from .jax_common import sync

__all__ = ["VARIANTS", "prepare", "sync"]

States = tuple[Array, ...]


def lstm(z: Array, s: Array, states: States) -> States:
    i, f, g, o = jnp.split(z + s, 4, -1)
    c = jax.nn.sigmoid(f) * states[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def gru(z: Array, s: Array, states: States) -> States:
    (z_r, z_u, z_n), (s_r, s_u, s_n) = jnp.split(z, 3, -1), jnp.split(s, 3, -1)
    reset, update = jax.nn.sigmoid(z_r + s_r), jax.nn.sigmoid(z_u + s_u)
    new = jnp.tanh(z_n + reset * s_n)
    return (new + update * (states[0] - new),)


CELLS = {"lstm": (lstm, 2), "gru": (gru, 1)}


def loss_of(mode: str, params: Sequence[Array], x_TNH: Array, unroll: int) -> Array:
    w_HG, u_HG, b_G, d_G = params
    cell, count = CELLS[mode]
    z_TNG = x_TNH @ w_HG + b_G

    def step(states: States, z_NG: Array) -> tuple[States, Array]:
        states = cell(z_NG, states[0] @ u_HG + d_G, states)
        return states, states[0]

    first = jnp.zeros(x_TNH.shape[1:], x_TNH.dtype)
    _, y_TNH = lax.scan(step, (first,) * count, z_TNG, unroll=unroll)
    return (y_TNH * y_TNH).mean()


def build(mode: str, unroll: int, weights: Weights) -> Callable[[Array], tuple[Array, Any]]:
    params = [jnp.array(w.T) for w in weights.values()]
    both = jax.jit(jax.value_and_grad(lambda p, x: loss_of(mode, p, x, unroll)))
    return lambda x: both(params, x)


def prepare(x: np.ndarray) -> Array:
    return jnp.array(x)


VARIANTS = {
    mode: {"jit": partial(build, mode, 1), "jit_unroll4": partial(build, mode, 4)} for mode in CELLS
}
