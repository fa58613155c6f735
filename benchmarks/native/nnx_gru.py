"""A language model of one GRU layer, Flax NNX."""

from .nnx_char_lm import builds

__all__ = ["VARIANTS"]

VARIANTS = builds("gru")
