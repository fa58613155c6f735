"""A hidden layer, PyTorch."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .torch_common import Params, classify, variants

__all__ = ["VARIANTS"]


def mlp(p: Params, x: Tensor) -> Tensor:
    x = F.relu(F.linear(x, p["features.0.weight"], p["features.0.bias"]))
    return F.linear(x, p["output.weight"], p["output.bias"])


VARIANTS = variants(classify(mlp), mlp)
