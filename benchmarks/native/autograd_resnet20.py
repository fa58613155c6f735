"""ResNet-20, HIPS autograd."""

from __future__ import annotations

from .autograd_common import Array, Params, State, anp, classify, dense, relu, variants
from .autograd_images import batch_norm, conv, images

__all__ = ["VARIANTS"]


def resnet20(t: State, p: Params, x: Array) -> Array:
    x = relu(conv_norm(t, p, "features.", 0, images(x)))
    for stage in (3, 4, 5):
        for i in range(3):
            x = block(t, p, f"features.{stage}.{i}.", 2 if stage > 3 and not i else 1, x)
    return dense(p, "output", anp.sum(x, axis=(1, 2)).T / (x.shape[1] * x.shape[2]))


def block(t: State, p: Params, name: str, stride: int, x: Array) -> Array:
    y = relu(conv_norm(t, p, name + "body.", 0, x, stride))
    y = conv_norm(t, p, name + "body.", 3, y)
    return relu(y + (x if stride == 1 else conv_norm(t, p, name + "shortcut.", 0, x, stride)))


def conv_norm(t: State, p: Params, name: str, place: int, x: Array, stride: int = 1) -> Array:
    padding = p[f"{name}{place}.weight"].shape[2] // 2
    return batch_norm(t, p, f"{name}{place + 1}", conv(p, f"{name}{place}", x, stride, padding))


VARIANTS = variants(*classify(resnet20))
