"""GPT-2, PyTorch."""

from __future__ import annotations

from functools import partial

import torch.nn.functional as F
from torch import Tensor

from .torch_common import Params, classify, variants
from .torch_layers import attention, feed_forward, norm, packed

__all__ = ["VARIANTS"]

gelu = partial(F.gelu, approximate="tanh")


def gpt(p: Params, tokens: Tensor, heads: int, layers: int) -> Tensor:
    x = F.embedding(tokens, p["embedding.weight"]) + p["positions.weight"][: tokens.shape[1]]
    for i in range(layers):
        cell = f"decoder.layers.{i}."
        h = norm(p, cell + "attention_norm", x)
        x = x + attention(p, cell + "attention", h, heads, is_causal=True)
        h = norm(p, cell + "feed_forward_norm", x)
        x = x + feed_forward(p, cell + "feed_forward", h, gelu)
    return F.linear(norm(p, "decoder.norm", x), p["embedding.weight"])


VARIANTS = variants(classify(gpt), gpt, packed, sizes=("heads", "layers"))
