"""LeNet on 16x16 images, PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

from .torch_common import prepare, sync, variants

__all__ = ["VARIANTS", "prepare", "sync"]


def lenet(params: Sequence[Tensor], x: Tensor) -> Tensor:
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = params
    x = F.max_pool2d(F.relu(F.conv2d(x, w1, b1, padding=2)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, w2, b2)), 2)
    x = F.relu(F.linear(x.flatten(1), w3, b3))
    x = F.relu(F.linear(x, w4, b4))
    return F.linear(x, w5, b5)


VARIANTS = variants(lenet)
