"""A language model of LSTM units, PyTorch: oneDNN's or cuDNN's kernel."""

from __future__ import annotations

import torch
from torch import Tensor

from .torch_char_lm import char_lm

__all__ = ["VARIANTS"]


def lstm(x_TBE: Tensor, weights: list[Tensor]) -> Tensor:
    zeros = x_TBE.new_zeros((1, x_TBE.shape[1], weights[1].shape[1]))
    return torch.lstm(x_TBE, (zeros, zeros), weights, True, 1, 0.0, True, False, False)[0]


VARIANTS = char_lm(lstm)
