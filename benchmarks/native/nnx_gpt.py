"""GPT-2, Flax NNX."""

from __future__ import annotations

from flax import nnx
from jax import Array
from workloads import Sizes

from .nnx_common import variants
from .nnx_layers import PreNormCell, Stack, norm

__all__ = ["VARIANTS"]


class GPT(nnx.Module):
    """The table of embeddings is the output layer's weight as well."""

    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        units, heads = sizes["units"], sizes["heads"]
        self.embedding = nnx.Embed(sizes["vocabulary"], units, rngs=rngs)
        self.positions = nnx.Embed(sizes["length"], units, rngs=rngs)
        self.decoder = Stack(
            sizes["layers"],
            lambda: PreNormCell(units, heads, rngs, nnx.gelu),
            norm(units, rngs=rngs),
        )

    def __call__(self, tokens: Array) -> Array:
        x = self.embedding(tokens) + self.positions.embedding[: tokens.shape[1]]
        return self.embedding.attend(self.decoder(x))


VARIANTS = variants(GPT)
