"""Products."""

import jax.numpy as jnp
from jax import lax

from unideep_jax.jitted import all_jitted


def fully_connected(x, weight, bias):
    """x Wᵀ + b over the last axis."""
    y = lax.dot_general(x, weight, (((x.ndim - 1,), (1,)), ((), ())))
    return y if bias is None else y + bias


OPS = all_jitted(
    {
        "matmul": jnp.matmul,
        "fully_connected": fully_connected,
    }
)
