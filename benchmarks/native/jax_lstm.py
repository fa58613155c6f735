"""The language model of an LSTM, JAX."""

from .jax_char_lm import char_lm, lstm

__all__ = ["VARIANTS"]

VARIANTS = char_lm(lstm, 2)
