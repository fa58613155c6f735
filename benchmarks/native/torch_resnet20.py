"""ResNet-20 for images of CIFAR's size, PyTorch."""

from __future__ import annotations

from functools import partial

import torch.nn.functional as F
from torch import Tensor

from .torch_common import Params, classify, variants
from .torch_layers import batch_norm, dense

__all__ = ["VARIANTS"]


def resnet20(p: Params, x: Tensor, training: bool) -> Tensor:
    x = F.relu(convolve(p, "features.", 0, x, training))
    for stage in (3, 4, 5):
        for block in range(3):
            stride = 2 if stage > 3 and not block else 1
            x = residual(p, f"features.{stage}.{block}.", x, training, stride)
    return dense(p, "output", x.mean((2, 3)))


def residual(p: Params, name: str, x: Tensor, training: bool, stride: int) -> Tensor:
    y = F.relu(convolve(p, name + "body.", 0, x, training, stride))
    y = convolve(p, name + "body.", 3, y, training)
    if stride > 1:
        x = convolve(p, name + "shortcut.", 0, x, training, stride)
    return F.relu(y + x)


def convolve(
    p: Params, name: str, number: int, x: Tensor, training: bool, stride: int = 1
) -> Tensor:
    """A convolution and the normalisation after it."""
    w = p[f"{name}{number}.weight"]
    x = F.conv2d(x, w, None, stride, w.shape[2] // 2)
    return batch_norm(p, f"{name}{number + 1}", x, training)


VARIANTS = variants(classify(partial(resnet20, training=True)), partial(resnet20, training=False))
