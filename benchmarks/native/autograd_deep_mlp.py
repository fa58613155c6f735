"""Very many small layers, HIPS autograd."""

from __future__ import annotations

from .autograd_common import Array, Params, State, classify, dense, relu, variants

__all__ = ["VARIANTS"]


def deep_mlp(t: State, p: Params, x: Array) -> Array:
    for i in range(t.sizes["layers"]):
        x = x + 0.02 * relu(dense(p, f"layers.{i}", x))
    return dense(p, "output", x)


VARIANTS = variants(*classify(deep_mlp))
