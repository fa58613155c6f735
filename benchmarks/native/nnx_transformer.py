"""The Transformer that translates, Flax NNX."""

from __future__ import annotations

from flax import nnx
from jax import Array
from workloads import PADDING, Sizes

from .jax_transformer import waves
from .nnx_common import variants
from .nnx_layers import DecoderCell, EncoderCell, Stack

__all__ = ["VARIANTS"]


class Transformer(nnx.Module):
    """Source and target share their table, which is the output layer's weight as well."""

    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        units, heads, layers = sizes["units"], sizes["heads"], sizes["layers"]
        self.embedding = nnx.Embed(sizes["vocabulary"], units, rngs=rngs)
        self.encoder = Stack(layers, lambda: EncoderCell(units, heads, rngs))
        self.decoder = Stack(layers, lambda: DecoderCell(units, heads, rngs))

    def __call__(self, source: Array, target: Array) -> Array:
        seen = (source != PADDING)[:, None, None]
        memory = self.encoder(self.embed(source), seen)
        return self.embedding.attend(self.decoder(self.embed(target), memory, seen))

    def embed(self, tokens: Array) -> Array:
        units = self.embedding.features
        return self.embedding(tokens) * units**0.5 + waves(tokens.shape[1], units)


VARIANTS = variants(Transformer)
