"""A language model of a GRU, TensorFlow."""

from __future__ import annotations

from .tensorflow_char_lm import gru_gates, gru_unrolled, variants

__all__ = ["VARIANTS"]

VARIANTS = variants(gru_unrolled, gru_gates)
