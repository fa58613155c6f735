"""A classifier of texts of different lengths, HIPS autograd."""

from __future__ import annotations

from workloads import PADDING

from .autograd_attention import encoder_layer
from .autograd_common import Array, Params, State, anp, classify, dense, embedding, variants
from .numpy_attention import seen

__all__ = ["VARIANTS"]


def varlen(t: State, p: Params, tokens: Array) -> Array:
    (batch, length), table = tokens.shape, p["embedding.weight"]
    mask = seen(tokens, table.dtype)
    x = encoder_layer(t, p, "encoder.layers.0.", mask, batch, embedding(table, tokens))
    shares = (tokens != PADDING).astype(table.dtype)[:, None]
    shares /= shares.sum(axis=2, keepdims=True)
    return dense(p, "output", anp.squeeze(shares @ anp.reshape(x, (batch, length, -1)), 1))


VARIANTS = variants(*classify(varlen))
