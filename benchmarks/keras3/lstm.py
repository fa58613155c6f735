"""A language model on an LSTM, Keras."""

from __future__ import annotations

from keras.layers import LSTM

from .char_lm import char_lm

__all__ = ["VARIANTS"]

VARIANTS = char_lm(LSTM)
