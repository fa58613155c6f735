"""The language model of a GRU, JAX."""

from .jax_char_lm import char_lm, gru

__all__ = ["VARIANTS"]

VARIANTS = char_lm(gru, 1)
