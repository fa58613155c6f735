"""Optimizer steps over all parameters at once, in place where nobody else sees a weight.

In a capture and under a tape nothing may be written: there the steps are the formulas of
`unideep.ops.update`, element by element, which Inductor fuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

import torch

from unideep_torch.ownership import own, owned_with_leaves

Tensors = list[torch.Tensor]
Row = tuple[torch.Tensor, ...]

_STEP = 1e9  # β ** 1e9 is 0: the fused kernels correct no bias, since the rate has it in it
_requires_grad = attrgetter("requires_grad")
_is_contiguous = torch.Tensor.is_contiguous
_FUSED = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def _writable(weights: Tensors) -> bool:
    """Whether these are values outside any graph, for which there are kernels."""
    return (
        set(map(type, weights)) == {torch.Tensor}
        and weights[0].dtype in _FUSED
        and not any(map(_requires_grad, weights))
    )


def _own(*columns: Tensors) -> None:
    """Put a copy in the place of each raw that somebody else sees, or that has gaps."""
    together = [raw for column in columns for raw in column]
    if not (owned_with_leaves(together, lists=2) and all(map(_is_contiguous, together))):
        del together  # it would count as one more that sees the raws
        for column in columns:
            own(column, range(len(column)))


@cache
def _groups(wd: tuple[float, ...], lr_mult: tuple[float, ...]) -> dict[tuple[float, float], Any]:
    """(decay, factor on the rate) -> numbers of the parameters that have these."""
    groups: dict[tuple[float, float], list[int]] = {}
    for i, pair in enumerate(zip(wd, lr_mult, strict=True)):
        groups.setdefault(pair, []).append(i)
    return groups


def _parts(
    wd: tuple[float, ...], lr_mult: tuple[float, ...], *columns: Tensors
) -> Iterator[tuple[float, float, Sequence[Tensors]]]:
    """The columns in parts of one decay and one factor on the rate."""
    groups = _groups(wd, lr_mult)
    for (decay, factor), places in groups.items():
        part = [[c[i] for i in places] for c in columns] if len(groups) > 1 else columns
        yield decay, factor, part


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
    _own(weights, momenta)
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
        _own(weights, means, variances)
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
