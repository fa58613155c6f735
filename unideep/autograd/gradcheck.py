"""Gradients against finite differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as _np

from unideep.autograd.scope import record
from unideep.autograd.tape import grad
from unideep.dispatch import as_tensor
from unideep.errors import GradientError
from unideep.tensor import Tensor

__all__ = ["gradcheck"]


def gradcheck(
    function: Callable[..., Tensor],
    inputs: list[Any],
    *,
    order: int = 1,
    step: float = 1e-6,
    tolerance: float = 1e-5,
    seed: int = 0,
) -> None:
    """Compare the gradients of `function` with central differences, in float64.

    The output is contracted with random numbers to one number, and its slope along a random
    direction of each input is compared. Order 2 checks the gradient of such a slope as well.

    Args:
        function: Tensors to a tensor.
        inputs: One float array for each argument.
        order: 1, or 2 for second derivatives as well.

    Raises:
        GradientError: they differ. Says for which order, and by how much.
    """
    rng = _np.random.default_rng(seed)
    arrays = [_np.asarray(x, dtype=_np.float64) for x in inputs]
    weights = rng.standard_normal(function(*map(as_tensor, arrays)).shape)
    directions = [rng.standard_normal(a.shape) for a in arrays]

    def scalar(*xs: Tensor) -> Tensor:
        return (function(*xs) * as_tensor(weights)).sum()

    def slope(*xs: Tensor) -> Tensor:
        found = grad(scalar(*xs), list(xs), create_graph=True)
        parts = [(g * as_tensor(d)).sum() for g, d in zip(found, directions, strict=True)]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    _compare(scalar, arrays, directions, step, tolerance, "first")
    if order == 2:
        _compare(slope, arrays, directions, step, tolerance, "second")


def _compare(
    scalar: Callable[..., Tensor], arrays: list[Any], directions: list[Any], step: float,
    tolerance: float, order: str,
) -> None:  # fmt: skip
    def value(shift: float) -> float:
        moved = [as_tensor(a + shift * d) for a, d in zip(arrays, directions, strict=True)]
        for x in moved:
            x.attach_grad()
        with record():
            return float(scalar(*moved).detach())

    xs = [as_tensor(a) for a in arrays]
    for x in xs:
        x.attach_grad()
    with record():
        out = scalar(*xs)
    exact = 0.0  # the derivative of a constant: a second derivative of a linear function
    if out._node is not None:
        found = grad(out, xs)
        exact = sum(float((g.asnumpy() * d).sum()) for g, d in zip(found, directions, strict=True))
    numeric = (value(step) - value(-step)) / (2 * step)
    if not _np.isclose(exact, numeric, rtol=tolerance, atol=tolerance):
        raise GradientError(
            f"the {order} derivative differs from finite differences.",
            got=f"{exact!r} against {numeric!r}",
        )
