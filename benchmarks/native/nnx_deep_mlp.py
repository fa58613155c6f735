"""Two hundred small layers, Flax NNX: stacked by `vmap`, run by `scan`."""

from __future__ import annotations

from flax import nnx
from jax import Array
from workloads import Sizes

from .jax_deep_mlp import stacked
from .nnx_common import variants

__all__ = ["VARIANTS"]


class DeepMLP(nnx.Module):
    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        features = sizes["features"]

        @nnx.split_rngs(splits=sizes["layers"])
        @nnx.vmap
        def layers(rngs: nnx.Rngs) -> nnx.Linear:
            return nnx.Linear(features, features, rngs=rngs)

        self.layers = layers(rngs)
        self.output = nnx.Linear(features, sizes["classes"], rngs=rngs)

    def __call__(self, x: Array) -> Array:
        @nnx.scan(in_axes=(nnx.Carry, 0), out_axes=nnx.Carry, unroll=4)
        def run(x: Array, layer: nnx.Linear) -> Array:
            return x + 0.02 * nnx.relu(layer(x))

        return self.output(run(x, self.layers))


VARIANTS = variants(DeepMLP, convert=stacked)
