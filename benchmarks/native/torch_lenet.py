"""LeNet on 16x16 images, PyTorch."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .torch_common import Params, classify, variants

__all__ = ["VARIANTS"]


def lenet(p: Params, x: Tensor) -> Tensor:
    x = F.conv2d(x, p["features.0.weight"], p["features.0.bias"], padding=2)
    x = F.max_pool2d(F.relu(x), 2)
    x = F.conv2d(x, p["features.2.weight"], p["features.2.bias"])
    x = F.max_pool2d(F.relu(x), 2)
    x = F.relu(F.linear(x.flatten(1), p["features.4.weight"], p["features.4.bias"]))
    x = F.relu(F.linear(x, p["features.5.weight"], p["features.5.bias"]))
    return F.linear(x, p["output.weight"], p["output.bias"])


def lenet_im2col(p: Params, x: Tensor) -> Tensor:
    """Images as C H W N and convolutions as one matmul: what Inductor can fuse around."""
    x = F.pad(x.permute(1, 2, 3, 0), (0, 0, 2, 2, 2, 2))
    x = max_pool_chwn(F.relu(conv_im2col(x, p["features.0.weight"], p["features.0.bias"])))
    x = max_pool_chwn(F.relu(conv_im2col(x, p["features.2.weight"], p["features.2.bias"])))
    x = F.relu(p["features.4.weight"] @ x.flatten(0, 2) + p["features.4.bias"][:, None])
    x = F.relu(p["features.5.weight"] @ x + p["features.5.bias"][:, None])
    return (p["output.weight"] @ x + p["output.bias"][:, None]).t()


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


VARIANTS = variants(classify(lenet), lenet) | {
    "compile_step_im2col": variants(classify(lenet_im2col), lenet_im2col)["compile_step"]
}
