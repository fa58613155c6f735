"""A classifier of texts with padding, Flax NNX."""

from __future__ import annotations

from flax import nnx
from jax import Array
from workloads import PADDING, Sizes

from .nnx_common import variants
from .nnx_layers import EncoderCell, Stack

__all__ = ["VARIANTS"]


class Classifier(nnx.Module):
    """The mean over the tokens that are no padding, through a linear layer."""

    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        units, heads = sizes["units"], sizes["heads"]
        self.embedding = nnx.Embed(sizes["vocabulary"], units, rngs=rngs)
        self.encoder = Stack(1, lambda: EncoderCell(units, heads, rngs))
        self.output = nnx.Linear(units, sizes["classes"], rngs=rngs)

    def __call__(self, tokens: Array) -> Array:
        seen = tokens != PADDING
        x = self.encoder(self.embedding(tokens), seen[:, None, None])
        return self.output(x.mean(1, where=seen[..., None]))


VARIANTS = variants(Classifier)
