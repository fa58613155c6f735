"""A GRU, HIPS autograd."""

from __future__ import annotations

from .autograd_char_lm import char_lm, split
from .autograd_common import Array, sigmoid, tanh

__all__ = ["VARIANTS"]


def gru(i2h: Array, h2h: Array, states: tuple[Array, ...]) -> tuple[Array, ...]:
    (i_reset, i_update, i_new), (h_reset, h_update, h_new) = split(i2h, 3, 1), split(h2h, 3, 1)
    update = sigmoid(i_update + h_update)
    new = tanh(i_new + sigmoid(i_reset + h_reset) * h_new)
    return (new + update * (states[0] - new),)


VARIANTS = char_lm(gru, 1)
