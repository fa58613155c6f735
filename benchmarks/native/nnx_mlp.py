"""A hidden layer, Flax NNX."""

from __future__ import annotations

from flax import nnx
from jax import Array
from workloads import Sizes

from .nnx_common import variants

__all__ = ["VARIANTS"]


class MLP(nnx.Module):
    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        linear = nnx.Linear(sizes["features"], sizes["units"], rngs=rngs)
        self.features = nnx.Sequential(linear, nnx.relu)
        self.output = nnx.Linear(sizes["units"], sizes["classes"], rngs=rngs)

    def __call__(self, x: Array) -> Array:
        return self.output(self.features(x))


VARIANTS = variants(MLP)
