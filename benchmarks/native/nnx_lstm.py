"""A language model of one LSTM layer, Flax NNX."""

from .nnx_char_lm import builds

__all__ = ["VARIANTS"]

VARIANTS = builds("lstm")
