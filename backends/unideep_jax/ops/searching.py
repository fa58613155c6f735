"""Positions of extremes, of what is not zero, in a sorted sequence."""

import jax.numpy as jnp
import numpy as np

from unideep_jax.jitted import all_jitted


def insertion(x, y, *, right):
    """Where the elements of y go in the sorted vector x."""
    return jnp.searchsorted(x, y, side="right" if right else "left").astype(np.int64)


def places(x):
    """The positions of what is not zero: outside JAX, whose shapes depend on no values."""
    return tuple([jnp.asarray(i) for i in np.nonzero(np.asarray(x))])


OPS = {
    **all_jitted(
        {
            "arg_largest": lambda x, *, axis: jnp.argmax(x, axis).astype(np.int64),
            "arg_smallest": lambda x, *, axis: jnp.argmin(x, axis).astype(np.int64),
            "insertion": insertion,
        }
    ),
    "places": places,
}
