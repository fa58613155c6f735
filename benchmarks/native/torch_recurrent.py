"""Recurrent layers, forward and backward, PyTorch.

Dynamo does not trace `torch.nn.LSTM`: `compile` compiles what is around it. A whole step in one
graph is no variant: Inductor takes minutes for the two thousand operations of an unrolled GRU,
and oneDNN's LSTM has no gradient there (its workspace is None).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from . import Weights
from .recurrent import SIZE
from .torch_common import sync

__all__ = ["VARIANTS", "prepare", "sync"]

Layer = Callable[..., Any]
Step = Callable[[Tensor], tuple[Tensor, Sequence[Tensor]]]
LAYERS = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def prepare(x: np.ndarray) -> Tensor:
    return torch.from_numpy(x)


def module_of(mode: str, weights: Weights) -> torch.nn.Module:
    module = LAYERS[mode](SIZE, SIZE)
    for p, w in zip(module.parameters(), weights.values(), strict=True):
        p.data = torch.tensor(w)
    return module


def eager(mode: str, weights: Weights) -> Step:
    module = module_of(mode, weights)
    return _step(module, lambda x: _loss(module, x))


def compiled(mode: str, weights: Weights) -> Step:
    module = module_of(mode, weights)
    return _step(module, torch.compile(lambda x: _loss(module, x)))


def _loss(module: torch.nn.Module, x: Tensor) -> Tensor:
    y, _ = module(x)
    return (y * y).mean()


def _step(module: torch.nn.Module, loss_of: Callable[[Tensor], Tensor]) -> Step:
    params = list(module.parameters())

    def step(x: Tensor) -> tuple[Tensor, Sequence[Tensor]]:
        loss = loss_of(x)
        return loss.detach(), torch.autograd.grad(loss, params)

    return step


VARIANTS = {
    mode: {"eager": partial(eager, mode), "compile": partial(compiled, mode)} for mode in LAYERS
}
