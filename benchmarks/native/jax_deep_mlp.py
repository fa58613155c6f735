"""Very many small layers, JAX: stacked, so that `lax.scan` compiles one of them."""

from __future__ import annotations

import numpy as np
from jax import Array, lax
from jax.nn import relu
from program import Weights

from .jax_common import Params, classify, variants
from .jax_layers import channels_last, dense

__all__ = ["VARIANTS"]


def stacked(weights: Weights) -> dict[str, np.ndarray]:
    """All layers in one array, as each has the same shape."""
    found = channels_last(weights)
    layers = [name.removesuffix(".weight") for name in found if name.endswith(".weight")][:-1]
    parts = {
        f"layers.{kind}": np.stack([found[f"{layer}.{kind}"] for layer in layers])
        for kind in ("weight", "bias")
    }
    return parts | {name: w for name, w in found.items() if name.startswith("output")}


def deep_mlp(p: Params, x: Array) -> Array:
    def layer(x: Array, part: tuple[Array, Array]) -> tuple[Array, None]:
        w, b = part
        return x + 0.02 * relu(x @ w + b), None

    x, _ = lax.scan(layer, x, (p["layers.weight"], p["layers.bias"]), unroll=4)
    return dense(p, "output", x)


VARIANTS = variants(classify(deep_mlp), deep_mlp, stacked)
