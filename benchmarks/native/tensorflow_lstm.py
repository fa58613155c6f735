"""A language model of an LSTM, TensorFlow."""

from __future__ import annotations

from .tensorflow_char_lm import variants
from .tensorflow_recurrent_layers import lstm

__all__ = ["VARIANTS"]

VARIANTS = variants(lstm, gates=(0, 1, 3, 2))
