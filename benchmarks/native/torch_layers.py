"""Layers of several models in PyTorch; parameters by the prefix of their names."""

# B batch, T time, S time of the memory, U units, H heads, D size of a head

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from program import Weights
from torch import Tensor
from workloads import PADDING

from .torch_common import Params

Activation = Callable[[Tensor], Tensor]


def packed(weights: Weights) -> dict[str, np.ndarray]:
    """One projection for query, key and value, or for key and value of a memory."""
    found: dict[str, np.ndarray] = {}
    for name, w in weights.items():
        for part in ("query", "key", "value"):
            if f"attention.{part}." in name:
                name = _packed_name(name, part)
        found[name] = np.concatenate([found[name], w]) if name in found else w
    return found


def _packed_name(name: str, part: str) -> str:
    if "memory_attention" not in name:
        return name.replace(part, "qkv")
    return name if part == "query" else name.replace(part, "kv")


def dense(p: Params, name: str, x: Tensor) -> Tensor:
    return F.linear(x, p[name + ".weight"], p[name + ".bias"])


def norm(p: Params, name: str, x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], p[name + ".gamma"], p[name + ".beta"])


def batch_norm(p: Params, name: str, x: Tensor, training: bool) -> Tensor:
    """PyTorch keeps the unbiased variance, which no step of training looks at."""
    gamma, beta, mean, variance = (
        p[f"{name}.{part}"] for part in ("gamma", "beta", "running_mean", "running_var")
    )
    return F.batch_norm(x, mean, variance, gamma, beta, training, 0.1, 1e-5)


def key_mask(tokens: Tensor) -> Tensor:
    """To add to the scores (B, H, T, S): once a batch, where a mask of booleans is turned into this
    by each attention."""
    mask = torch.zeros(tokens.shape, device=tokens.device)
    return mask.masked_fill(tokens == PADDING, -torch.inf)[:, None, None]


def heads_of(x_BTU: Tensor, heads: int) -> Tensor:
    return x_BTU.unflatten(2, (heads, -1)).transpose(1, 2)


def attention(p: Params, name: str, x_BTU: Tensor, heads: int, **mask: Any) -> Tensor:
    q, k, v = heads_of(dense(p, name + ".qkv", x_BTU), 3 * heads).chunk(3, 1)
    y_BHTD = F.scaled_dot_product_attention(q, k, v, **mask)
    return dense(p, name + ".out", y_BHTD.transpose(1, 2).flatten(2))


def memory_attention(
    p: Params, name: str, x_BTU: Tensor, memory_BSU: Tensor, heads: int, **mask: Any
) -> Tensor:
    q = heads_of(dense(p, name + ".query", x_BTU), heads)
    k, v = heads_of(dense(p, name + ".kv", memory_BSU), 2 * heads).chunk(2, 1)
    y_BHTD = F.scaled_dot_product_attention(q, k, v, **mask)
    return dense(p, name + ".out", y_BHTD.transpose(1, 2).flatten(2))


def feed_forward(p: Params, name: str, x: Tensor, activation: Activation) -> Tensor:
    return dense(p, name + ".out", activation(dense(p, name + ".hidden", x)))


def encoder_cell(p: Params, name: str, x: Tensor, heads: int, mask: Tensor) -> Tensor:
    """Normalised after each part."""
    y = attention(p, name + "attention", x, heads, attn_mask=mask)
    x = norm(p, name + "attention_norm", x + y)
    y = feed_forward(p, name + "feed_forward", x, F.relu)
    return norm(p, name + "feed_forward_norm", x + y)
