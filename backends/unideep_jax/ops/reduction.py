"""Reductions. `axis` comes as a tuple for reductions over several axes, else as an int."""

import jax.numpy as jnp
import numpy as np

from unideep_jax.jitted import all_jitted


def over(reduce):
    """`reduce` over several axes."""
    return lambda x, *, axis, keepdims: reduce(x, axis, keepdims=keepdims)


def total(reduce):
    """`reduce` in a given dtype; integers add up in 64 bits if none is given."""

    def call(x, *, axis, keepdims, dtype):
        if dtype is not None:
            x = x.astype(dtype.numpy)
        elif x.dtype.kind in "iub":
            x = x.astype(np.uint64 if x.dtype.kind == "u" else np.int64)
        return reduce(x, axis, keepdims=keepdims, dtype=x.dtype)

    return call


OPS = all_jitted(
    {
        "sum": total(jnp.sum),
        "mean": over(jnp.mean),
        "prod": total(jnp.prod),
        "max": over(jnp.max),
        "min": over(jnp.min),
        "any": over(jnp.any),
        "all": over(jnp.all),
        "running_sum": lambda x, *, axis: jnp.cumsum(x, axis=axis, dtype=x.dtype),
        "running_product": lambda x, *, axis: jnp.cumprod(x, axis=axis, dtype=x.dtype),
    }
)
