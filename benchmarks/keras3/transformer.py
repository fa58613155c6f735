"""An encoder and a decoder with a shared table of embeddings, Keras."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from keras import Input, Model, ops
from keras.layers import ReversibleEmbedding
from workloads import PADDING, Sizes

from .common import variants
from .transformer_layers import decoder_cell, encoder_cell

__all__ = ["VARIANTS"]


def make(s: Sizes) -> Model:
    source, target = (Input((s[part],), dtype="int32") for part in ("length", "target"))
    embedding = ReversibleEmbedding(s["vocabulary"], s["units"], name="embedding")

    def embed(tokens: Any) -> Any:
        return embedding(tokens) * math.sqrt(s["units"]) + waves(tokens.shape[1], s["units"])

    seen = ops.expand_dims(ops.not_equal(source, PADDING), 1)
    memory, x = embed(source), embed(target)
    for i in range(s["layers"]):
        memory = encoder_cell(s, f"encoder_layers_{i}", memory, seen)
    for i in range(s["layers"]):
        x = decoder_cell(s, f"decoder_layers_{i}", x, memory, seen)
    return Model([source, target], embedding(x, reverse=True))


def waves(length: int, units: int) -> np.ndarray:
    """A sine and a cosine for each position and frequency: (length, units)."""
    angles = np.arange(length)[:, None] / 10000 ** (np.arange(0, units, 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], -1).reshape(length, units).astype("float32")


VARIANTS = variants(make)
