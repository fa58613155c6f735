"""Einstein's summation."""

import jax.numpy as jnp

from unideep_jax.jitted import all_jitted

OPS = all_jitted({"contract": lambda xs, *, subscripts: jnp.einsum(subscripts, *xs)})
