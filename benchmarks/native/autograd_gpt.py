"""GPT, HIPS autograd."""

from __future__ import annotations

from .autograd_attention import attention, feed_forward, gelu, layer_norm
from .autograd_common import Array, Params, State, anp, classify, embedding, variants
from .numpy_attention import causal

__all__ = ["VARIANTS"]


def gpt(t: State, p: Params, tokens: Array) -> Array:
    (batch, length), table = tokens.shape, p["embedding.weight"]
    mask = causal(length, table.dtype)
    places = p["positions.weight"][:length]
    x = anp.reshape(embedding(table, tokens), (batch, length, -1)) + places
    x = anp.reshape(x, (batch * length, -1))
    for i in range(t.sizes["layers"]):
        name = f"decoder.layers.{i}."
        normal = layer_norm(p, name + "attention_norm", x)
        x = x + attention(t, p, name + "attention", mask, batch, normal)
        normal = layer_norm(p, name + "feed_forward_norm", x)
        x = x + feed_forward(p, name + "feed_forward", normal, gelu)
    return layer_norm(p, "decoder.norm", x) @ table.T


VARIANTS = variants(*classify(gpt))
