"""An LSTM, HIPS autograd."""

from __future__ import annotations

from .autograd_char_lm import char_lm, split
from .autograd_common import Array, sigmoid, tanh

__all__ = ["VARIANTS"]


def lstm(i2h: Array, h2h: Array, states: tuple[Array, ...]) -> tuple[Array, ...]:
    write, keep, new, read = split(i2h + h2h, 4, 1)
    c = sigmoid(keep) * states[1] + sigmoid(write) * tanh(new)
    return sigmoid(read) * tanh(c), c


VARIANTS = char_lm(lstm, 2)
