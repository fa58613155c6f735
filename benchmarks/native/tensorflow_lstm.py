"""A language model of an LSTM, TensorFlow."""

from __future__ import annotations

from .tensorflow_char_lm import lstm_block, lstm_gates, lstm_unrolled, variants

__all__ = ["VARIANTS"]

VARIANTS = variants(lstm_unrolled, lstm_gates) | {
    name: build for name, build in variants(lstm_block, lstm_gates).items() if "xla" not in name
}
