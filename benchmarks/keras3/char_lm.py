"""An embedding, a recurrent layer and a dense one, Keras."""

from __future__ import annotations

from functools import partial

from keras import Input, Model
from keras.layers import GRU, LSTM, Dense, Embedding
from program import Build
from workloads import Sizes

from .common import variants

__all__ = ["char_lm"]


def make(layer: type[LSTM] | type[GRU], s: Sizes) -> Model:
    tokens = Input((s["length"],), dtype="int32")
    x = Embedding(s["vocabulary"], s["embedding"], name="embedding")(tokens)
    x = layer(s["units"], return_sequences=True, name="layers")(x)
    return Model(tokens, Dense(s["vocabulary"], name="output")(x))


def char_lm(layer: type[LSTM] | type[GRU]) -> dict[str, Build]:
    return variants(partial(make, layer))
