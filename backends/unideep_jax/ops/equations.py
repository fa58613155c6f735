"""Linear equations."""

import jax.numpy as jnp

from unideep_jax.by_rule import by_rule, checked


def solve_matrix(a, b):
    """a⁻¹ b; JAX takes some stacks of matrices for vectors if they do not have equal axes."""
    batch = jnp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = jnp.broadcast_to(a, (*batch, *a.shape[-2:]))
    return jnp.linalg.solve(a, jnp.broadcast_to(b, (*batch, *b.shape[-2:])))


OPS = by_rule(
    {
        "solve_matrix": solve_matrix,
        "inv": jnp.linalg.inv,
        "pseudo_inverse": lambda x, rtol: jnp.linalg.pinv(x, rtol=rtol),
        "det": jnp.linalg.det,
        "sign_and_log": lambda x: tuple(jnp.linalg.slogdet(x)),
    }
)
for name in ("solve_matrix", "inv"):
    OPS[name] = checked(OPS[name])
