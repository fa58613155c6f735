"""LeNet on 16x16 images, HIPS autograd."""

from __future__ import annotations

from .autograd_common import Array, Params, State, classify, dense, relu, variants
from .autograd_images import conv, images, relu_max_pool, rows

__all__ = ["VARIANTS"]


def lenet(t: State, p: Params, x: Array) -> Array:
    x = relu_max_pool(conv(p, "features.0", images(x), padding=2))
    x = rows(relu_max_pool(conv(p, "features.2", x)))
    x = relu(dense(p, "features.4", x))
    x = relu(dense(p, "features.5", x))
    return dense(p, "output", x)


VARIANTS = variants(*classify(lenet))
