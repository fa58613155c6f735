"""Optimizer steps over all parameters at once: the mathematics, once.

The rate is a number or a 0-d tensor, so that a schedule never causes a new compilation. Each step
first forms g = clip(rescale · gradient) for every parameter.
"""

from __future__ import annotations

from collections.abc import Sequence

from unideep import ops
from unideep.op import Scalar, composite
from unideep.tensor import Tensor

__all__ = ["adam_step", "adamw_step", "sgd_momentum_step", "sgd_step"]

Tensors = Sequence[Tensor]
Floats = tuple[float, ...]


def rescaled(g: Tensor, rescale: float, clip: float | None) -> Tensor:
    """What a step takes as the gradient: clip(rescale · g)."""
    g = g * rescale if rescale != 1.0 else g
    return g if clip is None else ops.clip(g, -clip, clip)


def decayed(g: Tensor, w: Tensor, wd: float) -> Tensor:
    """The gradient with that of the decay, g + λ w."""
    return g + wd * w if wd else g


def rate_of(rate: Scalar, w: Tensor, scale: float) -> Scalar:
    """The rate of one parameter, in its dtype."""
    if isinstance(rate, Tensor):
        rate = rate.astype(w.dtype, copy=False)
    return rate * scale if scale != 1.0 else rate


@composite()
def sgd_step(
    weights: Tensors,
    gradients: Tensors,
    rate: Scalar,
    /,
    wd: Floats,
    lr_mult: Floats,
    rescale: float = 1.0,
    clip: float | None = None,
) -> list[Tensor]:
    """w ← w - η (g + λ w). Returns the new weights."""
    return [
        w - rate_of(rate, w, m) * decayed(rescaled(g, rescale, clip), w, d)
        for w, g, d, m in zip(weights, gradients, wd, lr_mult, strict=True)
    ]


@composite()
def sgd_momentum_step(
    weights: Tensors,
    gradients: Tensors,
    momenta: Tensors,
    rate: Scalar,
    /,
    momentum: float,
    wd: Floats,
    lr_mult: Floats,
    rescale: float = 1.0,
    clip: float | None = None,
) -> tuple[list[Tensor], list[Tensor]]:
    """m ← μ m - η (g + λ w); w ← w + m. Returns the new weights and momenta."""
    new = [
        momentum * m - rate_of(rate, w, s) * decayed(rescaled(g, rescale, clip), w, d)
        for w, g, m, d, s in zip(weights, gradients, momenta, wd, lr_mult, strict=True)
    ]
    return [w + m for w, m in zip(weights, new, strict=True)], new


def _moments(g: Tensor, m: Tensor, v: Tensor, beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * (g * g)


@composite()
def adam_step(
    weights: Tensors,
    gradients: Tensors,
    means: Tensors,
    variances: Tensors,
    rate: Scalar,
    /,
    beta1: float,
    beta2: float,
    epsilon: float,
    wd: Floats,
    lr_mult: Floats,
    rescale: float = 1.0,
    clip: float | None = None,
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²; w ← w - η m / (√v + ε).

    The rate comes with the bias correction √(1 - β₂ᵗ) / (1 - β₁ᵗ) in it; g includes λ w.

    Source:
        Kingma and Ba, 2014, arXiv:1412.6980, the form before section 2.1.
    """
    new: list[tuple[Tensor, Tensor, Tensor]] = []
    for w, g, m, v, d, s in zip(weights, gradients, means, variances, wd, lr_mult, strict=True):
        g = decayed(rescaled(g, rescale, clip), w, d)
        m, v = _moments(g, m, v, beta1, beta2)
        new.append((w - rate_of(rate, w, s) * m / (ops.sqrt(v) + epsilon), m, v))
    return _columns(new)


@composite()
def adamw_step(
    weights: Tensors,
    gradients: Tensors,
    means: Tensors,
    variances: Tensors,
    rate: Scalar,
    /,
    beta1: float,
    beta2: float,
    epsilon: float,
    wd: Floats,
    lr_mult: Floats,
    rescale: float = 1.0,
    clip: float | None = None,
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """Adam with decoupled decay: w ← w - η (m / (√v + ε) + λ w).

    Source:
        Loshchilov and Hutter, 2017, arXiv:1711.05101.
    """
    new: list[tuple[Tensor, Tensor, Tensor]] = []
    for w, g, m, v, d, s in zip(weights, gradients, means, variances, wd, lr_mult, strict=True):
        m, v = _moments(rescaled(g, rescale, clip), m, v, beta1, beta2)
        step = m / (ops.sqrt(v) + epsilon)
        new.append((w - rate_of(rate, w, s) * decayed(step, w, d), m, v))
    return _columns(new)


def _columns(
    rows: list[tuple[Tensor, Tensor, Tensor]],
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    return [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]
