"""LeNet on 16x16 images, PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from .torch_common import compile_step, prepare, sync, variants

__all__ = ["VARIANTS", "prepare", "sync"]


def lenet(params: Sequence[Tensor], x: Tensor) -> Tensor:
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = params
    x = F.max_pool2d(F.relu(F.conv2d(x, w1, b1, padding=2)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, w2, b2)), 2)
    x = F.relu(F.linear(x.flatten(1), w3, b3))
    x = F.relu(F.linear(x, w4, b4))
    return F.linear(x, w5, b5)


def lenet_im2col(params: Sequence[Tensor], x: Tensor) -> Tensor:
    """Images as C H W N and convolutions as one matmul: what Inductor can fuse around."""
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = params
    x = F.pad(x.permute(1, 2, 3, 0), (0, 0, 2, 2, 2, 2))
    x = max_pool_chwn(F.relu(conv_im2col(x, w1, b1)))
    x = max_pool_chwn(F.relu(conv_im2col(x, w2, b2)))
    x = F.relu(w3 @ x.flatten(0, 2) + b3[:, None])
    x = F.relu(w4 @ x + b4[:, None])
    return (w5 @ x + b5[:, None]).t()


def conv_im2col(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    height, width = w.shape[2:]
    rows, cols = x.shape[1] - height + 1, x.shape[2] - width + 1
    offsets = [(i, j) for i in range(height) for j in range(width)]
    columns = torch.stack([x[:, i : i + rows, j : j + cols] for i, j in offsets], 1)
    out = w.flatten(1) @ columns.reshape(w[0].numel(), -1) + b[:, None]
    return out.reshape(len(w), rows, cols, -1)


def max_pool_chwn(x: Tensor) -> Tensor:
    a, b, c, d = (x[:, i::2, j::2] for i in range(2) for j in range(2))
    return torch.maximum(torch.maximum(a, b), torch.maximum(c, d))


VARIANTS = variants(lenet) | {
    "compile_step_im2col": lambda weights: compile_step(lenet_im2col, weights)
}
