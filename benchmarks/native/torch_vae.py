"""A variational autoencoder of images, PyTorch."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .torch_common import Params, variants
from .torch_layers import dense

__all__ = ["VARIANTS"]


def encode(p: Params, x: Tensor) -> tuple[Tensor, ...]:
    """Mean and log variance of the codes."""
    for layer in ("encoder.0", "encoder.1"):
        x = F.relu(F.conv2d(x, p[layer + ".weight"], p[layer + ".bias"], 2, 1))
    return dense(p, "encoder.2", x.flatten(1)).chunk(2, 1)


def decode(p: Params, code: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """Scores of the pixels."""
    x = F.relu(dense(p, "decoder.0", mean + (0.5 * log_variance).exp() * code))
    first, second = p["decoder.2.weight"], p["decoder.3.weight"]
    side = round((x.shape[1] / len(first)) ** 0.5)
    x = x.view(len(x), -1, side, side)
    x = F.relu(F.conv_transpose2d(x, first, p["decoder.2.bias"], 2, 1))
    return F.conv_transpose2d(x, second, p["decoder.3.bias"], 2, 1)


def reconstruct(p: Params, x: Tensor, noise: Tensor) -> Tensor:
    return decode(p, noise, *encode(p, x))


def loss(p: Params, x: Tensor, noise: Tensor) -> Tensor:
    mean, log_variance = encode(p, x)
    scores = decode(p, noise, mean, log_variance)
    pixels = F.binary_cross_entropy_with_logits(scores, x, reduction="sum")
    divergence = 0.5 * (mean * mean + log_variance.exp() - log_variance - 1).sum()
    return (pixels + divergence) / len(x)


VARIANTS = variants(loss, reconstruct)
