"""A language model on a GRU, Keras."""

from __future__ import annotations

from keras.layers import GRU

from .char_lm import char_lm

__all__ = ["VARIANTS"]

VARIANTS = char_lm(GRU)
