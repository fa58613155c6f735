"""LeNet on 16x16 images, Flax NNX."""

from __future__ import annotations

from functools import partial

from flax import nnx
from jax import Array
from workloads import Sizes

from .jax_lenet import convert
from .nnx_common import variants

__all__ = ["VARIANTS"]

max_pool = partial(nnx.max_pool, window_shape=(2, 2), strides=(2, 2))


class LeNet(nnx.Module):
    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        side = (sizes["size"] // 2 - 4) // 2
        self.features = nnx.List([
            nnx.Conv(sizes["channels"], 6, (5, 5), padding=2, rngs=rngs),
            max_pool,
            nnx.Conv(6, 16, (5, 5), padding="VALID", rngs=rngs),
            max_pool,
            nnx.Linear(16 * side * side, 120, rngs=rngs),
            nnx.Linear(120, 84, rngs=rngs),
        ])  # fmt: skip
        self.output = nnx.Linear(84, sizes["classes"], rngs=rngs)

    def __call__(self, x: Array) -> Array:
        conv1, pool, conv2, _, dense1, dense2 = self.features
        x = pool(nnx.relu(conv1(x)))
        x = pool(nnx.relu(conv2(x)))
        x = nnx.relu(dense1(x.reshape(len(x), -1)))
        return self.output(nnx.relu(dense2(x)))


VARIANTS = variants(LeNet, convert=convert)
