"""A pre-norm encoder layer, forward and backward, JAX."""

# B batch, T time, U units, H heads, D size of a head

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .attention import HEADS, Build, Step, Weights, packed
from .jax_common import sync

__all__ = ["VARIANTS", "prepare", "sync"]

Attention = Callable[[Sequence[Array]], Array]


def norm(x: Array, gamma: Array, beta: Array) -> Array:
    mean, var = jnp.mean(x, -1, keepdims=True), jnp.var(x, -1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(var + 1e-5) * gamma + beta


def attention_by_library(qkv_BTHD: Sequence[Array]) -> Array:
    return jax.nn.dot_product_attention(*qkv_BTHD, is_causal=True)


def attention_by_hand(qkv_BTHD: Sequence[Array]) -> Array:
    """Heads beside the batch: two plain batched products."""
    q, k, v = (x.transpose(0, 2, 1, 3) for x in qkv_BTHD)
    scores = q @ k.swapaxes(-1, -2) * q.shape[-1] ** -0.5
    seen = jnp.tri(*scores.shape[-2:], dtype=bool)
    weights = jax.nn.softmax(jnp.where(seen, scores, -jnp.inf))
    return (weights @ v).transpose(0, 2, 1, 3)


def variant(attention: Attention) -> Build:
    def loss_of(params: Sequence[Array], x_BTU: Array) -> Array:
        g1, b1, w_qkv, b_qkv, w_out, b_out, g2, b2, w_up, b_up, w_down, b_down = params
        batch, time, _ = x_BTU.shape
        heads = (norm(x_BTU, g1, b1) @ w_qkv + b_qkv).reshape(batch, time, 3 * HEADS, -1)
        y_BTU = attention(jnp.split(heads, 3, axis=2)).reshape(x_BTU.shape)
        x_BTU = x_BTU + y_BTU @ w_out + b_out
        hidden = jax.nn.gelu(norm(x_BTU, g2, b2) @ w_up + b_up, approximate=False)
        y_BTU = x_BTU + hidden @ w_down + b_down
        return (y_BTU * y_BTU).mean()

    def build(weights: Weights) -> Step:
        params = [jnp.array(w.T) for w in packed(weights)]
        both = jax.jit(jax.value_and_grad(loss_of))
        return lambda x: both(params, x)

    return build


def prepare(x: np.ndarray) -> Array:
    return jnp.array(x)


VARIANTS = {"jit": variant(attention_by_hand), "jit_library": variant(attention_by_library)}
