"""MLP 64-64-10, PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

from .torch_common import prepare, sync, variants

__all__ = ["VARIANTS", "prepare", "sync"]


def mlp(params: Sequence[Tensor], x: Tensor) -> Tensor:
    w1, b1, w2, b2 = params
    return F.linear(F.relu(F.linear(x, w1, b1)), w2, b2)


VARIANTS = variants(mlp)
