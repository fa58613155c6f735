"""Several arrays into one, and one into several."""

import itertools

import jax.numpy as jnp
from jax import lax

from unideep_jax.jitted import all_jitted


def cut(x, *, ends, axis):
    """The parts along an axis that end before each of `ends`."""
    return tuple(lax.slice_in_dim(x, a, b, axis=axis) for a, b in itertools.pairwise((0, *ends)))


OPS = all_jitted(
    {
        "join": lambda xs, *, axis: jnp.concat(xs, axis=axis),
        "stack": lambda xs, *, axis: jnp.stack(xs, axis),
        "cut": cut,
        "unstack": lambda x, *, axis: jnp.unstack(x, axis=axis),
    }
)
