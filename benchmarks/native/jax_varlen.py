"""A classifier of texts of different lengths, JAX: one program a length."""

from __future__ import annotations

from jax import Array
from workloads import PADDING

from .jax_common import Params, classify, variants
from .jax_layers import dense, encoder_cell, packed

__all__ = ["VARIANTS"]


def varlen(p: Params, tokens: Array, heads: int) -> Array:
    seen = tokens != PADDING
    x = encoder_cell(
        p, "encoder.layers.0.", p["embedding.weight"][tokens], heads, seen[:, None, None]
    )
    weights = seen[..., None].astype(x.dtype)
    return dense(p, "output", (x * weights).sum(1) / weights.sum(1))


VARIANTS = variants(classify(varlen), varlen, packed, sizes=("heads",))
