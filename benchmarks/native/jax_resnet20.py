"""ResNet-20, JAX, channels last."""

from __future__ import annotations

from jax import Array
from jax.nn import relu

from .jax_common import Params, cross_entropy, variants
from .jax_layers import batch_norm, channels_last, conv, dense

__all__ = ["VARIANTS"]

New = dict[str, Array] | None  # see batch_norm


def resnet20(p: Params, x: Array, new: New = None) -> Array:
    x = relu(conv_norm(p, "features.", 0, x, new))
    for stage in (3, 4, 5):
        for i in range(3):
            x = block(p, f"features.{stage}.{i}.", x, 2 if stage > 3 and not i else 1, new)
    return dense(p, "output", x.mean((1, 2)))


def block(p: Params, name: str, x: Array, stride: int, new: New) -> Array:
    y = relu(conv_norm(p, name + "body.", 0, x, new, stride))
    y = conv_norm(p, name + "body.", 3, y, new)
    return relu(y + (x if stride == 1 else conv_norm(p, name + "shortcut.", 0, x, new, stride)))


def conv_norm(p: Params, name: str, i: int, x: Array, new: New, stride: int = 1) -> Array:
    w = p[f"{name}{i}.weight"]
    return batch_norm(p, f"{name}{i + 1}", conv(x, w, len(w) // 2, stride), new)


def loss(p: Params, x: Array, labels: Array) -> tuple[Array, Params]:
    new: dict[str, Array] = {}
    return cross_entropy(resnet20(p, x, new), labels), new


VARIANTS = variants(loss, resnet20, channels_last)
