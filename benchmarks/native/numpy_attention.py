"""Attention with its backward pass, NumPy. Sequences are rows: (B T, U).

B batch, T queries, S keys, U units, H heads, D size of a head. Heads are views of the projections:
BLAS takes matrices whose rows lie apart, so nothing is copied.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy import ndarray
from program import Weights

from .numpy_common import Backward, State, chain
from .numpy_layers import dense


def fused(weights: Weights, *parts: str) -> dict[str, ndarray]:
    """The same weights, with those of the given parts of each attention as one."""
    new: dict[str, ndarray] = {}
    first, joined = f".{parts[0]}.", f".{'_'.join(parts)}."
    for name, w in weights.items():
        if first in name:
            others = [weights[name.replace(first, f".{part}.")] for part in parts[1:]]
            new[name.replace(first, joined)] = np.concatenate([w, *others])
        elif not any(f".{part}." in name for part in parts):
            new[name] = w
    return new


def self_attention(
    t: State, name: str, mask: ndarray, batch: int, x: ndarray
) -> tuple[ndarray, Backward]:
    """x (B T, U) -> like x; the mask (..., T, S) is added to the scores."""
    units = x.shape[1]
    shape = (batch, len(x) // batch, 3, t.sizes["heads"], -1)

    def attend(x: ndarray) -> tuple[ndarray, Backward]:
        q, k, v = x.reshape(shape).transpose(2, 0, 3, 1, 4)
        y, back = scaled_dot_product(q, k, v, mask)

        def backward(g: ndarray) -> ndarray:
            gradient = np.empty_like(x)
            back(g, *gradient.reshape(shape).transpose(2, 0, 3, 1, 4))
            return gradient

        return y.reshape(-1, units), backward

    return chain(
        x,
        lambda x: dense(t, name + ".query_key_value", x),
        attend,
        lambda x: dense(t, name + ".out", x),
    )


def scaled_dot_product(
    q: ndarray, k: ndarray, v: ndarray, mask: ndarray
) -> tuple[ndarray, Callable[[ndarray, ndarray, ndarray, ndarray], None]]:
    """q (B, H, T, D), k and v (B, H, S, D) -> (B, T, H, D); scales q in place.

    The exponentials are never divided by their sums: the far smaller outputs and gradients are.
    Backward takes any shape of (B, T, H, D) and writes into those of q, k and v.
    """
    scale = 1 / math.sqrt(q.shape[3])
    np.multiply(q, scale, out=q)
    weights = q @ k.swapaxes(2, 3)
    weights += mask
    weights -= weights.max(axis=3, keepdims=True)
    np.exp(weights, out=weights)
    shares = 1 / weights.sum(axis=3, keepdims=True)
    y = np.empty((len(q), q.shape[2], q.shape[1], q.shape[3]), q.dtype)
    heads = np.matmul(weights, v, out=y.swapaxes(1, 2))
    heads *= shares

    def backward(g: ndarray, gq: ndarray, gk: ndarray, gv: ndarray) -> None:
        g = g.reshape(y.shape).swapaxes(1, 2) * shares
        np.matmul(weights.swapaxes(2, 3), g, out=gv)
        slopes = g @ v.swapaxes(2, 3)
        slopes -= np.einsum("bhtd,bhtd->bht", g, heads)[..., None]
        slopes *= weights
        np.matmul(slopes, k, out=gq)
        gq *= scale
        np.matmul(slopes.swapaxes(2, 3), q, out=gk)

    return y, backward


def causal(length: int, dtype: np.dtype) -> ndarray:
    """0 where a query may see a key, -inf elsewhere."""
    return np.triu(np.full((length, length), -np.inf, dtype), 1)
