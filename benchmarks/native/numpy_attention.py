"""Attention with its backward pass, NumPy. Sequences are rows: (B T, U).

B batch, T queries, S keys, U units, H heads, D size of a head. Heads are views of the projections:
BLAS takes matrices whose rows lie apart, so nothing is copied.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy import ndarray
from program import Weights
from workloads import PADDING

from .numpy_common import Backward, State, chain
from .numpy_layers import added, dense, feed_forward, layer_norm, relu


def fused_heads(weights: Weights) -> Weights:
    """The same weights, with queries, keys and values of each self-attention as one product."""
    suffix = ".attention.query.weight"
    for stem in [name.removesuffix(".query.weight") for name in weights if name.endswith(suffix)]:
        parts = [f"{stem}.{part}" for part in ("query", "key", "value")]
        weights = fused(weights, stem + ".query_key_value", parts)
    return weights


def fused(weights: Weights, name: str, parts: Sequence[str]) -> Weights:
    """The same weights, with some dense layers as one."""
    new = {key: w for key, w in weights.items() if key.rpartition(".")[0] not in parts}
    for kind in ("weight", "bias"):
        new[f"{name}.{kind}"] = np.concatenate([weights[f"{part}.{kind}"] for part in parts])
    return new


def self_attention(
    t: State, name: str, mask: ndarray, batch: int, x: ndarray
) -> tuple[ndarray, Backward]:
    """x (B T, U) -> like x; the mask, which broadcasts to (B, H, S, T), is added to the scores."""
    shape = (batch, len(x) // batch, 3, t.sizes["heads"], -1)

    def attend(x: ndarray) -> tuple[ndarray, Backward]:
        q, k, v = x.reshape(shape).transpose(2, 0, 3, 1, 4)
        y, back = scaled_dot_product(q, k, v, mask)

        def backward(g: ndarray) -> ndarray:
            gradient = np.empty_like(x)
            back(g, *gradient.reshape(shape).transpose(2, 0, 3, 1, 4))
            return gradient

        return y, backward

    projected, out = (partial(dense, t, name + part) for part in (".query_key_value", ".out"))
    return chain(x, projected, attend, out)


def memory_attention(
    t: State, name: str, mask: ndarray, memory: tuple[ndarray, ndarray], x: ndarray
) -> tuple[ndarray, Backward]:
    """x (B T, U) -> like x.

    Args:
        memory: Keys and values, and where to put their gradients: both (2, B, H, S, D).
    """
    (k, v), gradients = memory
    shape = (k.shape[0], len(x) // k.shape[0], k.shape[1], k.shape[3])

    def attend(x: ndarray) -> tuple[ndarray, Backward]:
        y, back = scaled_dot_product(x.reshape(shape).swapaxes(1, 2), k, v, mask)

        def backward(g: ndarray) -> ndarray:
            gradient = np.empty_like(x)
            back(g, gradient.reshape(shape).swapaxes(1, 2), *gradients)
            return gradient

        return y, backward

    query, out = (partial(dense, t, name + part) for part in (".query", ".out"))
    return chain(x, query, attend, out)


def encoder_layer(
    t: State, name: str, mask: ndarray, batch: int, x: ndarray
) -> tuple[ndarray, Backward]:
    """A layer that normalises after each part."""
    return chain(
        x,
        partial(added, partial(self_attention, t, name + "attention", mask, batch)),
        partial(layer_norm, t, name + "attention_norm"),
        partial(added, partial(feed_forward, t, name + "feed_forward", relu)),
        partial(layer_norm, t, name + "feed_forward_norm"),
    )


def scaled_dot_product(
    q: ndarray, k: ndarray, v: ndarray, mask: ndarray
) -> tuple[ndarray, Callable[[ndarray, ndarray, ndarray, ndarray], None]]:
    """q (B, H, T, D), k and v (B, H, S, D) -> (B T, H D); scales q in place.

    Scores are (B, H, S, T), as NumPy reduces over all axes but the last with vector instructions.
    Their exponentials are never divided by their sums: the far smaller outputs and gradients are.
    Backward writes into the gradients of q, k and v.
    """
    scale = 1 / math.sqrt(q.shape[3])
    np.multiply(q, scale, out=q)
    weights = k @ q.swapaxes(2, 3)
    weights += mask
    weights -= weights.max(axis=2, keepdims=True)
    np.exp(weights, out=weights)
    shares = (1 / weights.sum(axis=2))[..., None]
    y = np.empty((len(q), q.shape[2], q.shape[1], q.shape[3]), q.dtype)
    heads = np.matmul(weights.swapaxes(2, 3), v, out=y.swapaxes(1, 2))
    heads *= shares

    def backward(g: ndarray, gq: ndarray, gk: ndarray, gv: ndarray) -> None:
        g = g.reshape(y.shape).swapaxes(1, 2) * shares
        np.matmul(weights, g, out=gv)
        slopes = v @ g.swapaxes(2, 3)
        slopes -= np.einsum("bhtd,bhtd->bht", g, heads)[:, :, None]
        slopes *= weights
        np.matmul(slopes.swapaxes(2, 3), k, out=gq)
        gq *= scale
        np.matmul(slopes, q, out=gk)

    return y.reshape(-1, y.shape[2] * y.shape[3]), backward


def causal(length: int, dtype: np.dtype) -> ndarray:
    """0 where a query may see a key, -inf elsewhere: (S, T)."""
    return np.tril(np.full((length, length), -np.inf, dtype), -1)


def seen(tokens: ndarray, dtype: np.dtype) -> ndarray:
    """0 where there is a token, -inf where there is padding: (B, 1, S, 1)."""
    return np.where(tokens == PADDING, dtype.type(-np.inf), dtype.type(0))[:, None, :, None]
