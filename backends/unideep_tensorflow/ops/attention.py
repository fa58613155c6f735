"""Attention in as few kernels as TensorFlow allows: XLA fuses them in a compiled step."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import Tensor, weak


def masked_softmax(x: Tensor, mask: Tensor, *, axis: int) -> Tensor:
    """softmax over the elements where mask is True, 0 elsewhere."""
    x = tf.where(mask, x, weak(x.dtype.min, x.dtype))
    weights = raw.Softmax(logits=x) if axis == x.ndim - 1 else tf.nn.softmax(x, axis)
    return tf.where(mask, weights, weak(0.0, x.dtype))


def attention_weights(
    query: Tensor, key: Tensor, bias: Tensor | None, mask: Tensor | None,
    *, is_causal: bool, scale: float,
) -> Tensor:  # fmt: skip
    """softmax(scale · query keyᵀ + bias) over the keys where mask is True."""
    scores = raw.BatchMatMulV2(x=query * weak(scale, query.dtype), y=key, adj_y=True)
    if is_causal:
        causal = tf.constant(np.tri(query.shape[-2], key.shape[-2], dtype=bool))
        mask = causal if mask is None else mask & causal
    if bias is None and mask is None:
        return raw.Softmax(logits=scores)
    lowest = weak(-1e4 if scores.dtype is tf.float16 else -1e30, scores.dtype)
    hidden = _hidden(bias, mask, lowest)
    seen = tf.cast(tf.reduce_any(hidden > lowest, -1, keepdims=True), scores.dtype)
    return raw.Softmax(logits=scores + hidden) * seen


def _hidden(bias: Any, mask: Any, lowest: Tensor) -> Tensor:
    """What to add to the scores: `lowest` where a mask or a bias of -inf hides a key.

    It has the shape of the mask, smaller than the scores'.
    """
    if bias is None:
        return tf.where(mask, tf.zeros_like(lowest), lowest)
    bias = tf.maximum(bias, lowest)
    return bias if mask is None else tf.where(mask, bias, lowest)


def attend(
    query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, mask: Tensor | None,
    kept: Tensor | None, *, is_causal: bool, scale: float, keep: float,
) -> Tensor:  # fmt: skip
    """Values, weighted."""
    weights = attention_weights(query, key, bias, mask, is_causal=is_causal, scale=scale)
    if kept is not None:
        zero = weak(0.0, weights.dtype)
        weights = tf.where(kept, weights * weak(1.0 / keep, weights.dtype), zero)
    return raw.BatchMatMulV2(x=weights, y=value)


OPS = {
    "masked_softmax": masked_softmax,
    "attention_weights": attention_weights,
    "attend": attend,
}
