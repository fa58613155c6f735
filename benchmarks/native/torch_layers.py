"""Layers of Transformers in PyTorch; parameters by the prefix of their names."""

# B batch, T time, S time of the memory, U units, H heads, D size of a head

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch.nn.functional as F
from program import Weights
from torch import Tensor

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
