"""Sorting."""

import jax.numpy as jnp
import numpy as np

from unideep_jax.jitted import all_jitted


def order_along(x, *, axis, descending):
    """The positions that put the elements in order."""
    if not x.ndim:
        return jnp.zeros((), np.int64)
    return jnp.argsort(x, axis, stable=True, descending=descending).astype(np.int64)


def sorted_along(x, *, axis, descending):
    """The elements in order."""
    return jnp.sort(x, axis, stable=True, descending=descending) if x.ndim else x


OPS = all_jitted({"order_along": order_along, "sorted_along": sorted_along})
