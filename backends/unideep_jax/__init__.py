"""The JAX backend: every operation is a jitted function, a compiled step one XLA program."""

from unideep.backend import Backend


def load() -> Backend:
    """The one instance."""
    from unideep_jax.backend import BACKEND

    return BACKEND
