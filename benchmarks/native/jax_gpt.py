"""GPT-2, JAX."""

from __future__ import annotations

from functools import partial

import jax
from jax import Array

from .jax_common import Params, classify, variants
from .jax_layers import attention, feed_forward, layer_norm, packed

__all__ = ["VARIANTS"]

gelu = partial(jax.nn.gelu, approximate=True)


def gpt(p: Params, tokens: Array, heads: int, layers: int) -> Array:
    x = p["embedding.weight"][tokens] + p["positions.weight"][: tokens.shape[1]]
    for i in range(layers):
        cell = f"decoder.layers.{i}."
        h = layer_norm(p, cell + "attention_norm", x)
        x = x + attention(p, cell + "attention", h, heads, is_causal=True)
        h = layer_norm(p, cell + "feed_forward_norm", x)
        x = x + feed_forward(p, cell + "feed_forward", h, gelu)
    return layer_norm(p, "decoder.norm", x) @ p["embedding.weight"].T


VARIANTS = variants(classify(gpt), gpt, packed, sizes=("heads", "layers"))
