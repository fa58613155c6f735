"""Optimizer steps over all parameters at once, in place where nobody else sees a weight.

In a capture and under a tape nothing may be written: there the steps are the formulas of
`unideep.ops.update`, element by element, which Inductor fuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import torch

from unideep_torch.ownership import disown, owned

Tensors = list[torch.Tensor]
Row = tuple[torch.Tensor, ...]

_STEP = 1e9  # β ** 1e9 is 0: the fused kernels correct no bias, since the rate has it in it
_is_contiguous = torch.Tensor.is_contiguous
_FUSED = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def _writable(weights: Tensors) -> bool:
    """Whether these are values outside any graph, of one kind, for which kernels exist."""
    first = weights[0]
    return first.dtype in _FUSED and all(
        type(w) is torch.Tensor
        and not w.requires_grad
        and w.dtype is first.dtype
        and w.device == first.device
        for w in weights
    )


def _own(column: Tensors) -> None:
    """Put a copy in the place of each raw that somebody else sees, or that is not contiguous."""
    if not (owned(column) and all(map(_is_contiguous, column))):
        for i in range(len(column)):
            if not (owned([column[i]], lists=2) and column[i].is_contiguous()):
                column[i] = disown(column[i])


@cache
def _groups(wd: tuple[float, ...], lr_mult: tuple[float, ...]) -> dict[tuple[float, float], Any]:
    """(decay, factor on the rate) -> numbers of the parameters that have these."""
    groups: dict[tuple[float, float], list[int]] = {}
    for i, pair in enumerate(zip(wd, lr_mult, strict=True)):
        groups.setdefault(pair, []).append(i)
    return groups


def _parts(
    wd: tuple[float, ...], lr_mult: tuple[float, ...], *columns: Tensors
) -> Iterator[tuple[float, float, list[Tensors]]]:
    """The columns in parts of one decay and one factor on the rate."""
    for (decay, factor), places in _groups(wd, lr_mult).items():
        yield decay, factor, [[column[i] for i in places] for column in columns]


def _rescaled(gradients: Tensors, rescale: float, clip: float | None) -> Tensors:
    if rescale != 1.0:
        gradients = torch._foreach_mul(gradients, rescale)  # pyright: ignore
    if clip is not None:
        gradients = torch._foreach_clamp_min(gradients, -clip)  # pyright: ignore
        torch._foreach_clamp_max_(gradients, clip)
    return gradients


def _gradient(g: Any, w: Any, decay: float, rescale: float, clip: float | None) -> Any:
    g = g * rescale if rescale != 1.0 else g
    g = g if clip is None else g.clamp(-clip, clip)
    return g + decay * w if decay else g


def _rate(rate: Any, w: torch.Tensor) -> Any:
    return rate.to(w.dtype) if isinstance(rate, torch.Tensor) else rate


# Gradient descent


def sgd_step(weights, gradients, rate, *, wd, lr_mult, rescale, clip):
    """w ← w - η (g + λ w)."""
    if not _writable(weights):
        return [
            w - _rate(rate, w) * s * _gradient(g, w, d, rescale, clip)
            for w, g, d, s in zip(weights, gradients, wd, lr_mult, strict=True)
        ]
    _own(weights)
    gradients = _rescaled(gradients, rescale, clip)
    for decay, factor, (ws, gs) in _parts(wd, lr_mult, weights, gradients):
        gs = torch._foreach_add(gs, ws, alpha=decay) if decay else gs
        torch._foreach_add_(ws, gs, alpha=-float(rate) * factor)
    return weights


def sgd_momentum_step(weights, gradients, momenta, rate, *, momentum, wd, lr_mult, rescale, clip):
    """m ← μ m - η (g + λ w); w ← w + m."""
    if not _writable(weights):
        rows = zip(weights, gradients, momenta, wd, lr_mult, strict=True)
        new = [
            momentum * m - _rate(rate, w) * s * _gradient(g, w, d, rescale, clip)
            for w, g, m, d, s in rows
        ]
        return [w + m for w, m in zip(weights, new, strict=True)], new
    _own(weights), _own(momenta)
    gradients = _rescaled(gradients, rescale, clip)
    for decay, factor, (ws, gs, ms) in _parts(wd, lr_mult, weights, gradients, momenta):
        gs = torch._foreach_add(gs, ws, alpha=decay) if decay else gs
        torch._foreach_mul_(ms, momentum)
        torch._foreach_add_(ms, gs, alpha=-float(rate) * factor)
        torch._foreach_add_(ws, ms)
    return weights, momenta


# Adam


@cache
def _steps(device: torch.device, n: int) -> Tensors:
    return [torch.full((), _STEP, device=device)] * n


def _adam(fused: Any, decoupled: bool) -> Any:
    def step(
        weights, gradients, means, variances, rate,
        *, beta1, beta2, epsilon, wd, lr_mult, rescale, clip,
    ):  # fmt: skip
        if not _writable(weights):
            rows = zip(weights, gradients, means, variances, wd, lr_mult, strict=True)
            numbers = rate, beta1, beta2, epsilon, rescale, clip
            new = [_adam_row(decoupled, row, *numbers) for row in rows]
            return tuple(map(list, zip(*new, strict=True)))
        _own(weights), _own(means), _own(variances)
        # the fused kernels run over memory, whatever the strides
        gradients = [g.contiguous() for g in _rescaled(gradients, rescale, clip)]
        columns = weights, gradients, means, variances
        for decay, factor, part in _parts(wd, lr_mult, *columns):
            fused(
                *part, [], _steps(weights[0].device, len(part[0])),
                lr=float(rate) * factor, beta1=beta1, beta2=beta2, eps=epsilon,
                weight_decay=decay, amsgrad=False, maximize=False,
            )  # fmt: skip
        return weights, means, variances

    return step


def _adam_row(
    decoupled: bool, row: Any, rate: Any, beta1: float, beta2: float, epsilon: float,
    rescale: float, clip: float | None,
) -> Row:  # fmt: skip
    w, g, m, v, decay, factor = row
    g = _gradient(g, w, 0.0 if decoupled else decay, rescale, clip)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    step = m / (v.sqrt() + epsilon)
    step = step + decay * w if decoupled and decay else step
    return w - _rate(rate, w) * factor * step, m, v


OPS = {
    "sgd_step": sgd_step,
    "sgd_momentum_step": sgd_momentum_step,
    "adam_step": _adam(torch._fused_adam_, decoupled=False),
    "adamw_step": _adam(torch._fused_adamw_, decoupled=True),
}
