"""Recurrent layers as `lax.scan`, the product with the input outside of it.

JAX's own derivative of the scan is as fast as one by hand, and unrolling gains nothing on a CPU.
"""

# T time, N batch, G size of all gates

import jax
import jax.numpy as jnp
from jax import lax

from unideep_jax.jitted import all_jitted


def _plain(activation):
    return lambda i2h, h2h, h: (activation(i2h + h2h),)


def _gru(i2h, h2h, h):
    i_reset, i_update, i_new = jnp.split(i2h, 3, -1)
    h_reset, h_update, h_new = jnp.split(h2h, 3, -1)
    reset, update = jax.nn.sigmoid(i_reset + h_reset), jax.nn.sigmoid(i_update + h_update)
    new = jnp.tanh(i_new + reset * h_new)
    return (new + update * (h - new),)


def _lstm(i2h, h2h, h, c):
    i, f, g, o = jnp.split(i2h + h2h, 4, -1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


_STEPS = {"rnn_tanh": _plain(jnp.tanh), "rnn_relu": _plain(jax.nn.relu), "gru": _gru, "lstm": _lstm}


def recurrent(
    x, h, c, i2h_weight, h2h_weight, i2h_bias, h2h_bias, lengths=None, *, mode
):  # fmt: skip
    """The outputs of all steps, then the last states."""

    def step(states, inputs):
        t, i2h = inputs
        new = _STEPS[mode](i2h, states[0] @ h2h_weight.T + h2h_bias, *states)
        if lengths is None:
            return new, new[0]
        runs = (t < lengths)[:, None]
        held = tuple(jnp.where(runs, a, b) for a, b in zip(new, states, strict=True))
        return held, jnp.where(runs, new[0], 0)

    i2h_TNG = x @ i2h_weight.T + i2h_bias
    states = (h,) if c is None else (h, c)
    states, y = lax.scan(step, states, (jnp.arange(len(x)), i2h_TNG))
    return (y, *states)


OPS = all_jitted({"recurrent": recurrent})
