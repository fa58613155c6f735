"""A hidden layer, JAX."""

from __future__ import annotations

from jax import Array
from jax.nn import relu

from .jax_common import Params, classify, variants
from .jax_layers import channels_last, dense

__all__ = ["VARIANTS"]


def mlp(p: Params, x: Array) -> Array:
    return dense(p, "output", relu(dense(p, "features.0", x)))


VARIANTS = variants(classify(mlp), mlp, channels_last)
