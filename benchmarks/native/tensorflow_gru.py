"""A language model of a GRU, TensorFlow."""

from __future__ import annotations

from .tensorflow_char_lm import variants
from .tensorflow_recurrent_layers import gru

__all__ = ["VARIANTS"]

VARIANTS = variants(gru, gates=(0, 1, 2))
