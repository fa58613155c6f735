"""The Transformer that translates, PyTorch."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from program import Weights
from torch import Tensor

from .torch_common import Params, classify, variants
from .torch_layers import (
    attention,
    encoder_cell,
    feed_forward,
    key_mask,
    memory_attention,
    norm,
    packed,
)

__all__ = ["VARIANTS"]

POSITIONS = 256


def convert(weights: Weights) -> dict[str, np.ndarray]:
    """The projections packed, and the positions' waves: sine and cosine in turn."""
    units = weights["embedding.weight"].shape[1]
    rates = 10000.0 ** (-np.arange(0, units, 2) / units)
    angles = np.outer(np.arange(POSITIONS), rates)
    waves = np.stack([np.sin(angles), np.cos(angles)], -1).reshape(POSITIONS, units)
    return packed(weights) | {"waves": waves.astype("float32")}


def transformer(p: Params, source: Tensor, target: Tensor, heads: int, layers: int) -> Tensor:
    mask = key_mask(source)
    memory, x = embed(p, source), embed(p, target)
    for i in range(layers):
        memory = encoder_cell(p, f"encoder.layers.{i}.", memory, heads, mask)
    for i in range(layers):
        x = decoder_cell(p, f"decoder.layers.{i}.", x, memory, heads, mask)
    return F.linear(x, p["embedding.weight"])


def embed(p: Params, tokens: Tensor) -> Tensor:
    table = p["embedding.weight"]
    scale = math.sqrt(table.shape[1])
    return torch.add(p["waves"][: tokens.shape[1]], F.embedding(tokens, table), alpha=scale)


def decoder_cell(
    p: Params, name: str, x: Tensor, memory: Tensor, heads: int, mask: Tensor
) -> Tensor:
    y = attention(p, name + "attention", x, heads, is_causal=True)
    x = norm(p, name + "attention_norm", x + y)
    y = memory_attention(p, name + "memory_attention", x, memory, heads, attn_mask=mask)
    x = norm(p, name + "memory_norm", x + y)
    y = feed_forward(p, name + "feed_forward", x, F.relu)
    return norm(p, name + "feed_forward_norm", x + y)


VARIANTS = variants(classify(transformer), transformer, convert, sizes=("heads", "layers"))
