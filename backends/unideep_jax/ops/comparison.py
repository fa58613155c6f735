"""Comparisons."""

import jax.numpy as jnp

from unideep_jax.jitted import all_jitted

OPS = all_jitted(
    {
        "equal": lambda x, y: jnp.equal(x, y),
        "not_equal": lambda x, y: jnp.not_equal(x, y),
        "less": lambda x, y: jnp.less(x, y),
        "less_equal": lambda x, y: jnp.less_equal(x, y),
        "greater": lambda x, y: jnp.greater(x, y),
        "greater_equal": lambda x, y: jnp.greater_equal(x, y),
        "isnan": lambda x: jnp.isnan(x),
        "isinf": lambda x: jnp.isinf(x),
        "isfinite": lambda x: jnp.isfinite(x),
    }
)
