"""A language model of one LSTM or GRU layer, JAX: all input projections in one product."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array, lax
from jax.nn import sigmoid
from program import Build

from .jax_common import Params, classify, variants
from .jax_layers import channels_last, dense

__all__ = ["char_lm"]

States = tuple[Array, ...]
Cell = Callable[[Array, Array, States], States]


def lstm(z: Array, s: Array, states: States) -> States:
    i, f, g, o = jnp.split(z + s, 4, -1)
    c = sigmoid(f) * states[1] + sigmoid(i) * jnp.tanh(g)
    return sigmoid(o) * jnp.tanh(c), c


def gru(z: Array, s: Array, states: States) -> States:
    (z_r, z_u, z_n), (s_r, s_u, s_n) = jnp.split(z, 3, -1), jnp.split(s, 3, -1)
    reset, update = sigmoid(z_r + s_r), sigmoid(z_u + s_u)
    new = jnp.tanh(z_n + reset * s_n)
    return (new + update * (states[0] - new),)


def char_lm(cell: Cell, count: int) -> dict[str, Build]:
    """The variants for a cell of `count` states."""

    def net(p: Params, tokens: Array) -> Array:
        u, d = p["layers.l0_h2h_weight"], p["layers.l0_h2h_bias"]
        x = p["embedding.weight"][tokens.T]
        z = x @ p["layers.l0_i2h_weight"] + p["layers.l0_i2h_bias"]

        def step(states: States, z: Array) -> tuple[States, Array]:
            states = cell(z, states[0] @ u + d, states)
            return states, states[0]

        first = jnp.zeros((x.shape[1], len(u)), x.dtype)
        _, y = lax.scan(step, (first,) * count, z, unroll=4)
        return dense(p, "output", y.swapaxes(0, 1))

    return variants(classify(net), net, channels_last)
