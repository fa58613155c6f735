"""Comparisons."""

import jax.numpy as jnp

from unideep_jax.jitted import all_jitted

OPS = all_jitted(
    {
        "equal": jnp.equal,
        "not_equal": jnp.not_equal,
        "less": jnp.less,
        "less_equal": jnp.less_equal,
        "greater": jnp.greater,
        "greater_equal": jnp.greater_equal,
        "isnan": jnp.isnan,
        "isinf": jnp.isinf,
        "isfinite": jnp.isfinite,
    }
)
