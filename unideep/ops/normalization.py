"""Normalisation over a batch or over features, and dropout."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.canonical import Axis
from unideep.dispatch import scope
from unideep.op import Scalar, composite
from unideep.tensor import Tensor

__all__ = [
    "batch_norm", "batch_norm_train", "dropout", "group_norm", "layer_norm", "moving_average",
    "rms_norm",
]  # fmt: skip


def _column(x: Tensor, v: Tensor, axis: int) -> Tensor:
    """A vector of channels, ready to broadcast against x."""
    return ops.reshape(v, tuple(-1 if i == axis else 1 for i in range(x.ndim)))


@composite()
def batch_norm(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    mean: Tensor,
    var: Tensor,
    /,
    axis: Axis = 1,
    epsilon: float = 1e-5,
) -> Tensor:
    """γ (x - mean) / √(var + ε) + β with given statistics.

    Shape:
        x (..., C, ...) with C at `axis`, all others (C,) -> like x.
    Source:
        Ioffe and Szegedy, 2015, arXiv:1502.03167.
    """
    scale = gamma / ops.sqrt(var + epsilon)
    return x * _column(x, scale, axis) + _column(x, beta - mean * scale, axis)


@composite()
def batch_norm_train(
    x: Tensor, gamma: Tensor, beta: Tensor, /, axis: Axis = 1, epsilon: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """`batch_norm` with the batch's own mean and biased variance, which are returned as well.

    These two are for averages that follow the training: no gradient flows back through them.

    Shape:
        x (..., C, ...) with C at `axis`, gamma and beta (C,) -> like x, (C,), (C,).
    """
    others = tuple(i for i in range(x.ndim) if i != axis)
    mean = ops.mean(x, axis=others)
    centered = x - _column(x, mean, axis)
    var = ops.mean(centered * centered, axis=others)
    y = centered * _column(x, gamma / ops.sqrt(var + epsilon), axis) + _column(x, beta, axis)
    return y, ops.stop_gradient(mean), ops.stop_gradient(var)


@composite()
def moving_average(old: Tensor, new: Tensor, /, momentum: float) -> Tensor:
    """momentum · old + (1 - momentum) · new: a statistic that follows the training.

    Shape:
        (...), (...) -> (...).
    """
    return momentum * old + (1 - momentum) * new


@composite()
def layer_norm(
    x: Tensor, gamma: Tensor, beta: Tensor, /, axis: Axis = -1, epsilon: float = 1e-5
) -> Tensor:
    """γ (x - mean) / √(var + ε) + β over one axis of each item.

    Shape:
        x (..., C, ...) with C at `axis`, gamma and beta (C,) -> like x.
    Source:
        Ba et al., 2016, arXiv:1607.06450.
    """
    mean = ops.mean(x, axis=axis, keepdims=True)
    centered = x - mean
    var = ops.mean(centered * centered, axis=axis, keepdims=True)
    normal = centered / ops.sqrt(var + epsilon)
    return normal * _column(x, gamma, axis) + _column(x, beta, axis)


@composite()
def group_norm(
    x: Tensor, gamma: Tensor, beta: Tensor, /, groups: int, epsilon: float = 1e-5
) -> Tensor:
    """γ (x - mean) / √(var + ε) + β with the statistics of each group of channels of each item.

    Shape:
        x (N, C, ...) with C a multiple of `groups`, gamma and beta (C,) -> like x.
    Source:
        Wu and He, 2018, arXiv:1803.08494.
    """
    parts = ops.reshape(x, (x.shape[0], groups, -1))
    centered = parts - ops.mean(parts, axis=-1, keepdims=True)
    var = ops.mean(centered * centered, axis=-1, keepdims=True)
    normal = ops.reshape(centered / ops.sqrt(var + epsilon), x.shape)
    return normal * _column(x, gamma, 1) + _column(x, beta, 1)


@composite()
def rms_norm(x: Tensor, gamma: Tensor, /, axis: Axis = -1, epsilon: float = 1e-6) -> Tensor:
    """γ x / √(mean(x²) + ε) over one axis of each item.

    Shape:
        x (..., C, ...) with C at `axis`, gamma (C,) -> like x.
    Source:
        Zhang and Sennrich, 2019, arXiv:1910.07467.
    """
    size = ops.mean(x * x, axis=axis, keepdims=True)
    return x / ops.sqrt(size + epsilon) * _column(x, gamma, axis)


def dropout(x: Tensor, p: Scalar = 0.5, axes: tuple[int, ...] = (), mode: Any = None) -> Tensor:
    """x with elements set to 0 with probability p, the rest scaled by 1 / (1 - p).

    Drops only in training mode (`autograd.is_training()`), or always if mode is "always". The mask
    comes from UniDeep's counter-based generator, so it is the same on every backend.

    Args:
        axes: Axes along which elements share one decision.
    """
    from unideep import random

    if not p or not (mode == "always" or scope.training):
        return x
    shape = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    mask = random.keep_mask(shape, 1.0 - p, like=x)  # pyright: ignore
    return ops.where(mask, x * (1.0 / (1.0 - p)), 0.0)  # pyright: ignore
