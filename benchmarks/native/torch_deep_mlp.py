"""Very many small layers, PyTorch: their weights are one array, so Adam has four to update."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from program import Weights
from torch import Tensor

from .torch_common import Params, classify, variants
from .torch_layers import dense

__all__ = ["VARIANTS"]


def stacked(weights: Weights) -> dict[str, np.ndarray]:
    layers = range(len(weights) // 2 - 1)
    parts = {
        f"layers.{part}": np.stack([weights[f"layers.{i}.{part}"] for i in layers])
        for part in ("weight", "bias")
    }
    return parts | {name: w for name, w in weights.items() if name.startswith("output")}


def deep_mlp(p: Params, x: Tensor) -> Tensor:
    for w, b in zip(p["layers.weight"].unbind(), p["layers.bias"].unbind(), strict=True):
        x = torch.add(x, F.linear(x, w, b).relu_(), alpha=0.02)
    return dense(p, "output", x)


VARIANTS = variants(classify(deep_mlp), deep_mlp, stacked)
