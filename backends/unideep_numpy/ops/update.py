"""Optimizer steps: all small parameters at once, as one vector."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from unideep_numpy.ops.normalization import moving_average

Raw = Any
Rows = Sequence[Raw]  # arrays of one parameter: weight, gradient and so on
SMALL = 2**15  # elements; to copy a larger array costs more than a call

# new(*rows, rate, decay): what replaces weight and state of one vector
Rule = Callable[..., tuple[Raw, ...]]


def _step(rule: Rule, columns: Sequence[Rows], rate: Any, wd: Any, lr_mult: Any) -> list[list[Raw]]:
    """The columns that `rule` gives; parameters of one kind share its calls."""
    count = len(columns[0])
    found: list[tuple[Raw, ...]] = [()] * count
    for (dtype, decay, factor), places in _groups(columns[0], wd, lr_mult):
        rows = [_joined([column[i] for i in places]) for column in columns]
        with np.errstate(all="ignore"):
            new = rule(*rows, dtype.type(float(rate) * factor), decay)
        shapes = [columns[0][i].shape for i in places]
        for i, row in zip(places, zip(*(_parts(r, shapes) for r in new), strict=True), strict=True):
            found[i] = row
    return [list(column) for column in zip(*found, strict=True)]


def _groups(weights: Rows, wd: Any, lr_mult: Any) -> Iterator[tuple[Any, list[int]]]:
    small: dict[Any, list[int]] = {}
    for i, kind in enumerate(zip((w.dtype for w in weights), wd, lr_mult, strict=True)):
        if weights[i].size > SMALL:
            yield kind, [i]
        else:
            small.setdefault(kind, []).append(i)
    yield from small.items()


def _joined(arrays: Rows) -> Raw:
    if len(arrays) == 1:
        return arrays[0].reshape(-1)
    return np.concatenate([a.reshape(-1) for a in arrays])


def _parts(vector: Raw, shapes: Sequence[tuple[int, ...]]) -> list[Raw]:
    """Views of the vector in these shapes."""
    if len(shapes) == 1:
        return [vector.reshape(shapes[0])]
    found, start = [], 0
    for shape in shapes:
        end = start + math.prod(shape)
        found.append(vector[start:end].reshape(shape))
        start = end
    return found


def _gradient(g: Raw, w: Raw, decay: float, rescale: float, clip: float | None) -> Raw:
    g = g * g.dtype.type(rescale) if rescale != 1.0 else g
    g = g if clip is None else np.clip(g, g.dtype.type(-clip), g.dtype.type(clip))
    return g + w.dtype.type(decay) * w if decay else g


def sgd_step(weights, gradients, rate, *, wd, lr_mult, rescale, clip):
    """w ← w - η (g + λ w)."""

    def rule(w, g, rate, decay):
        return (w - rate * _gradient(g, w, decay, rescale, clip),)

    return _step(rule, (weights, gradients), rate, wd, lr_mult)[0]


def sgd_momentum_step(weights, gradients, momenta, rate, *, momentum, wd, lr_mult, rescale, clip):
    """m ← μ m - η (g + λ w); w ← w + m."""

    def rule(w, g, m, rate, decay):
        m = m * m.dtype.type(momentum)
        m -= rate * _gradient(g, w, decay, rescale, clip)
        return w + m, m

    return tuple(_step(rule, (weights, gradients, momenta), rate, wd, lr_mult))


def _adam(decoupled: bool) -> Callable[..., Any]:
    def step(
        weights, gradients, means, variances, rate,
        *, beta1, beta2, epsilon, wd, lr_mult, rescale, clip,
    ):  # fmt: skip
        def rule(w, g, m, v, rate, decay):
            g = _gradient(g, w, 0.0 if decoupled else decay, rescale, clip)
            m = moving_average(m, g, momentum=beta1)
            v = moving_average(v, g * g, momentum=beta2)
            root = np.sqrt(v)
            root += w.dtype.type(epsilon)
            np.divide(m, root, out=root)
            if decoupled and decay:
                root += w.dtype.type(decay) * w
            root *= rate
            return np.subtract(w, root, out=root), m, v

        columns = weights, gradients, means, variances
        return tuple(_step(rule, columns, rate, wd, lr_mult))

    return step


OPS = {
    "sgd_step": sgd_step,
    "sgd_momentum_step": sgd_momentum_step,
    "adam_step": _adam(decoupled=False),
    "adamw_step": _adam(decoupled=True),
}
