"""Attention as one program."""

import jax
import jax.numpy as jnp
from jax import lax

from unideep_jax.jitted import all_jitted


def masked_softmax(x, mask, *, axis):
    """softmax over the elements where mask is True, 0 elsewhere."""
    lowest = float(jnp.finfo(x.dtype).min)
    return jnp.where(mask, jax.nn.softmax(jnp.where(mask, x, lowest), axis), 0)


def attention_weights(query, key, bias, mask, *, is_causal, scale):
    """softmax(scale · query keyᵀ + bias) over the keys where mask is True."""
    batch = ((0, 1), (0, 1))
    scores = lax.dot_general(query * scale, key, (((3,), (3,)), batch))
    if bias is not None:
        scores = scores + bias
        seen = bias > -jnp.inf
        mask = seen if mask is None else mask & seen
    if is_causal:
        causal = jnp.tri(query.shape[-2], key.shape[-2], dtype=bool)
        mask = causal if mask is None else mask & causal
    return jax.nn.softmax(scores, -1) if mask is None else masked_softmax(scores, mask, axis=-1)


def attend(query, key, value, bias, mask, kept, *, is_causal, scale, keep):
    """Values, weighted."""
    weights = attention_weights(query, key, bias, mask, is_causal=is_causal, scale=scale)
    if kept is not None:
        weights = jnp.where(kept, weights * (1.0 / keep), 0)
    return weights @ value


OPS = all_jitted(
    {
        "masked_softmax": masked_softmax,
        "attention_weights": attention_weights,
        "attend": attend,
    }
)
