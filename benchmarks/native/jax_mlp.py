"""MLP 64-64-10, JAX."""

from __future__ import annotations

from collections.abc import Sequence

import jax
from jax import Array

from .jax_common import prepare, sync, variants
from .layout import features_first

__all__ = ["VARIANTS", "prepare", "sync"]


def mlp(params: Sequence[Array], x: Array) -> Array:
    w1, b1, w2, b2 = params
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2


VARIANTS = variants(mlp, features_first)
