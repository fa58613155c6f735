"""ResNet-20, Flax NNX."""

from __future__ import annotations

from functools import partial

from flax import nnx
from jax import Array
from workloads import Sizes

from .nnx_common import variants

__all__ = ["VARIANTS", "batch_norm"]

batch_norm = partial(nnx.BatchNorm, momentum=0.9, epsilon=1e-5)


def conv_norm(
    inputs: int, channels: int, kernel: int, stride: int, rngs: nnx.Rngs
) -> list[nnx.Module]:
    conv = nnx.Conv(
        inputs, channels, (kernel, kernel), stride, padding=kernel // 2, use_bias=False, rngs=rngs
    )
    return [conv, batch_norm(channels, rngs=rngs)]


class Residual(nnx.Module):
    def __init__(self, inputs: int, channels: int, stride: int, rngs: nnx.Rngs) -> None:
        first = conv_norm(inputs, channels, 3, stride, rngs)
        self.body = nnx.Sequential(*first, nnx.relu, *conv_norm(channels, channels, 3, 1, rngs))
        projection = conv_norm(inputs, channels, 1, stride, rngs) if stride > 1 else []
        self.shortcut = nnx.Sequential(*projection)

    def __call__(self, x: Array) -> Array:
        return nnx.relu(self.body(x) + (self.shortcut(x) if self.shortcut.layers else x))


class ResNet20(nnx.Module):
    def __init__(self, sizes: Sizes, rngs: nnx.Rngs) -> None:
        inputs = width = sizes["width"]
        parts = [*conv_norm(sizes["channels"], width, 3, 1, rngs), nnx.relu]
        for channels in (width, 2 * width, 4 * width):
            strides = (1 if channels == width else 2, 1, 1)
            blocks = [
                Residual(inputs if not i else channels, channels, stride, rngs)
                for i, stride in enumerate(strides)
            ]
            parts.append(nnx.Sequential(*blocks))
            inputs = channels
        self.features = nnx.Sequential(*parts)
        self.output = nnx.Linear(inputs, sizes["classes"], rngs=rngs)

    def __call__(self, x: Array) -> Array:
        return self.output(self.features(x).mean((1, 2)))


VARIANTS = variants(ResNet20)
