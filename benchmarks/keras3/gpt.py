"""A decoder with norms in front and a shared table of embeddings, Keras."""

from __future__ import annotations

from keras import Input, Model
from keras.layers import ReversibleEmbedding
from workloads import Sizes

from .common import variants
from .transformer_layers import Positions, gpt_cell, norm

__all__ = ["VARIANTS"]


def make(s: Sizes) -> Model:
    tokens = Input((s["length"],), dtype="int32")
    embedding = ReversibleEmbedding(s["vocabulary"], s["units"], name="embedding")
    x = Positions(name="positions")(embedding(tokens))
    for i in range(s["layers"]):
        x = gpt_cell(s, f"decoder_layers_{i}", x)
    return Model(tokens, embedding(norm("decoder_norm")(x), reverse=True))


VARIANTS = variants(make)
