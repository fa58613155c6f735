"""The Transformer with its backward pass, NumPy."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy import ndarray
from program import Weights

from .numpy_attention import (
    causal,
    encoder_layer,
    fused,
    fused_heads,
    memory_attention,
    seen,
    self_attention,
)
from .numpy_common import Backward, State, chain, classify, variants
from .numpy_layers import added, dense, embedding, feed_forward, layer_norm, relu, tied, waves

__all__ = ["VARIANTS"]

SUFFIX = ".memory_attention.query.weight"


def convert(weights: Weights) -> Weights:
    """Keys and values of the memory are one product for all layers of the decoder."""
    heads = [name.removesuffix(".query.weight") for name in weights if name.endswith(SUFFIX)]
    parts = [f"{head}.{part}" for head in heads for part in ("key", "value")]
    return fused(fused_heads(weights), "decoder.memory", parts)


def transformer(t: State, source: ndarray, target: ndarray) -> tuple[ndarray, Backward]:
    batch, layers = len(source), t.sizes["layers"]
    unseen = seen(source, t.p["embedding.weight"].dtype)
    memory, memory_back = chain(
        source,
        partial(embedded, t),
        *(partial(encoder_layer, t, f"encoder.layers.{i}.", unseen, batch) for i in range(layers)),
        partial(dense, t, "decoder.memory"),
    )
    memory_gradient = np.empty_like(memory)
    shape = (batch, source.shape[1], layers, 2, t.sizes["heads"], -1)
    parts, gradients = (
        x.reshape(shape).transpose(2, 3, 0, 4, 1, 5) for x in (memory, memory_gradient)
    )
    y, back = chain(
        target,
        partial(embedded, t),
        *(
            partial(decoder_layer, t, f"decoder.layers.{i}.", unseen, batch, part)
            for i, part in enumerate(zip(parts, gradients, strict=True))
        ),
        partial(tied, t, "embedding"),
    )

    def backward(g: ndarray) -> ndarray:
        back(g)
        return memory_back(memory_gradient)

    return y, backward


def embedded(t: State, tokens: ndarray) -> tuple[ndarray, Backward]:
    """(B, T) -> (B T, U): scaled, and its positions added."""
    x, back = embedding(t, "embedding", tokens)
    scale = math.sqrt(x.shape[1])
    x *= scale
    sequences = x.reshape(*tokens.shape, -1)
    sequences += waves(tokens.shape[1], x.shape[1], x.dtype)
    return x, lambda g: back(np.multiply(g, scale, out=g))


def decoder_layer(
    t: State, name: str, unseen: ndarray, batch: int, memory: tuple[ndarray, ndarray], x: ndarray
) -> tuple[ndarray, Backward]:
    mask = causal(len(x) // batch, x.dtype)
    return chain(
        x,
        partial(added, partial(self_attention, t, name + "attention", mask, batch)),
        partial(layer_norm, t, name + "attention_norm"),
        partial(added, partial(memory_attention, t, name + "memory_attention", unseen, memory)),
        partial(layer_norm, t, name + "memory_norm"),
        partial(added, partial(feed_forward, t, name + "feed_forward", relu)),
        partial(layer_norm, t, name + "feed_forward_norm"),
    )


VARIANTS = variants(*classify(transformer), convert)
