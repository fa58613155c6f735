"""A hidden layer, HIPS autograd."""

from __future__ import annotations

from .autograd_common import Array, Params, State, classify, dense, relu, variants

__all__ = ["VARIANTS"]


def mlp(t: State, p: Params, x: Array) -> Array:
    return dense(p, "output", relu(dense(p, "features.0", x)))


VARIANTS = variants(*classify(mlp))
