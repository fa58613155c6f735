"""Reductions. `axis` comes as a tuple for reductions over several axes, else as an int."""

import jax.numpy as jnp
from jax import lax

from unideep_jax.jitted import all_jitted


def over(reduce):
    """`reduce` over several axes."""
    return lambda x, *, axis, keepdims: reduce(x, axis, keepdims=keepdims)


OPS = all_jitted(
    {
        "sum": over(jnp.sum),
        "mean": over(jnp.mean),
        "prod": over(jnp.prod),
        "max": over(jnp.max),
        "min": over(jnp.min),
        "any": over(jnp.any),
        "all": over(jnp.all),
        "arg_largest": lambda x, *, axis: lax.argmax(x, axis, jnp.int64),
        "arg_smallest": lambda x, *, axis: lax.argmin(x, axis, jnp.int64),
        "running_sum": lambda x, *, axis: jnp.cumulative_sum(x, axis=axis),
    }
)
