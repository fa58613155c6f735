"""A classifier of texts of different lengths with its backward pass, NumPy."""

from __future__ import annotations

from functools import partial

from numpy import ndarray
from workloads import PADDING

from .numpy_attention import encoder_layer, fused_heads, seen
from .numpy_common import Backward, State, chain, classify, variants
from .numpy_layers import dense, embedding

__all__ = ["VARIANTS"]


def varlen(t: State, tokens: ndarray) -> tuple[ndarray, Backward]:
    mask = seen(tokens, t.p["embedding.weight"].dtype)
    return chain(
        tokens,
        partial(embedding, t, "embedding"),
        partial(encoder_layer, t, "encoder.layers.0.", mask, len(tokens)),
        partial(mean, tokens),
        partial(dense, t, "output"),
    )


def mean(tokens: ndarray, x: ndarray) -> tuple[ndarray, Backward]:
    """Over the tokens that are no padding: (B T, U) -> (B, U)"""
    shares = (tokens != PADDING).astype(x.dtype)
    shares /= shares.sum(axis=1, keepdims=True)
    y = shares[:, None] @ x.reshape(*tokens.shape, -1)
    return y[:, 0], lambda g: (shares[..., None] * g[:, None]).reshape(x.shape)


VARIANTS = variants(*classify(varlen), fused_heads)
