"""Factors of matrices."""

import jax.numpy as jnp

from unideep_jax.by_rule import by_rule, checked

OPS = by_rule(
    {
        "cholesky_lower": lambda x: jnp.linalg.cholesky(x, symmetrize_input=False),
        "qr_tall": lambda x, *, full: tuple(jnp.linalg.qr(x, "complete" if full else "reduced")),
        "eigen_hermitian": lambda x: tuple(jnp.linalg.eigh(x, "L", symmetrize_input=False)),
        "eigen": lambda x: tuple(jnp.linalg.eig(x)),
        "singular": lambda x, *, full: tuple(jnp.linalg.svd(x, full)),
    }
)
OPS["cholesky_lower"] = checked(OPS["cholesky_lower"])
