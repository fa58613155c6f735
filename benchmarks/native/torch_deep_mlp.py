"""Very many small layers, PyTorch: their weights are one array, so Adam has four to update."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from program import Weights
from torch import Tensor

from .torch_common import Params, classify, variants
from .torch_layers import dense

__all__ = ["VARIANTS"]

SCALE = 0.02


def stacked(weights: Weights) -> dict[str, np.ndarray]:
    layers = range(len(weights) // 2 - 1)
    parts = {
        f"layers.{part}": np.stack([weights[f"layers.{i}.{part}"] for i in layers])
        for part in ("weight", "bias")
    }
    return parts | {name: w for name, w in weights.items() if name.startswith("output")}


class Layers(torch.autograd.Function):
    """All of them: the gradients of all weights are one product, after the way back."""

    @staticmethod
    def forward(ctx: Any, x_BF: Tensor, w_LFF: Tensor, b_LF: Tensor) -> Tensor:
        states, hidden = [x_BF], []
        for w, b in _by_layer(w_LFF, b_LF):
            hidden.append(F.linear(states[-1], w, b).relu_())
            states.append(torch.add(states[-1], hidden[-1], alpha=SCALE))
        ctx.save_for_backward(w_LFF, *states[:-1], *hidden)
        return states[-1]

    @staticmethod
    def backward(ctx: Any, g_BF: Tensor) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        w_LFF, *saved = ctx.saved_tensors
        n = len(w_LFF)
        x_LBF = torch.stack(saved[:n])
        slope_LBF = (torch.stack(saved[n:]) > 0) * SCALE
        g_LBF = torch.empty_like(x_LBF)
        for w, slope, g in reversed(list(_by_layer(w_LFF, slope_LBF, g_LBF))):
            torch.mul(g_BF, slope, out=g)
            g_BF = torch.addmm(g_BF, g, w)
        return g_BF, g_LBF.transpose(1, 2) @ x_LBF, g_LBF.sum(1)


def _by_layer(*tensors: Tensor) -> Any:
    return zip(*(x.unbind() for x in tensors), strict=True)


def deep_mlp(p: Params, x: Tensor) -> Tensor:
    return dense(p, "output", Layers.apply(x, p["layers.weight"], p["layers.bias"]))  # pyright: ignore


VARIANTS = variants(classify(deep_mlp), deep_mlp, stacked)
