"""An encoder for batches of different lengths, Keras."""

from __future__ import annotations

from keras import Input, Model, ops
from keras.layers import Dense, Embedding, GlobalAveragePooling1D
from workloads import PADDING, Sizes

from .common import variants
from .transformer_layers import encoder_cell

__all__ = ["VARIANTS"]


def make(s: Sizes) -> Model:
    tokens = Input((None,), dtype="int32")
    seen = ops.not_equal(tokens, PADDING)
    x = Embedding(s["vocabulary"], s["units"], name="embedding")(tokens)
    x = encoder_cell(s, "encoder_layers_0", x, ops.expand_dims(seen, 1))
    x = GlobalAveragePooling1D("channels_last")(x, mask=seen)
    return Model(tokens, Dense(s["classes"], name="output")(x))


VARIANTS = variants(make, compiled=())
