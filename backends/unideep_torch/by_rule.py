"""Functions whose gradient is UniDeep's rule, where PyTorch has none or another convention."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.autograd import Function

from unideep.autograd.rules import by_definition, pull


def by_rule(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Each function, differentiated by the rules of the operation of its name."""
    return {name: _ruled(name, function) for name, function in functions.items()}


def _ruled(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*raws: Any, **attrs: Any) -> Any:
        try:
            if torch.is_grad_enabled() and any(getattr(r, "requires_grad", False) for r in raws):
                return _ByRule.apply(name, function, attrs, *raws)
            return function(*raws, **attrs)
        except torch.linalg.LinAlgError as error:
            raise np.linalg.LinAlgError(str(error)) from error

    return call


class _ByRule(Function):
    """The function as one node."""

    @staticmethod
    def forward(ctx: Any, name: str, function: Any, attrs: dict[str, Any], *raws: Any) -> Any:
        outs = function(*raws, **attrs)
        ctx.call = name, attrs
        ctx.scalars = {i: r for i, r in enumerate(raws) if not isinstance(r, torch.Tensor)}
        ctx.count = len(raws) - len(ctx.scalars)
        tensors = [r for r in raws if isinstance(r, torch.Tensor)]
        ctx.save_for_backward(*tensors, *(outs if isinstance(outs, tuple) else (outs,)))
        return outs

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> tuple[Any, ...]:
        name, attrs = ctx.call
        raws = list(ctx.saved_tensors[: ctx.count])
        outs = ctx.saved_tensors[ctx.count :]
        for i, scalar in ctx.scalars.items():
            raws.insert(i, scalar)
        found = pull(name, "torch", raws, attrs, outs, [g.conj() for g in grads])
        return (None, None, None, *(None if g is None else g.conj() for g in found))


def derived(
    name: str,
    raws: Sequence[Any],
    attrs: Mapping[str, Any],
    grads: Sequence[Any],
    needed: Sequence[bool],
) -> tuple[Any, ...]:
    """A composite's gradients by its definition, which can be differentiated again.

    Args:
        grads: Of the outputs; those of what a kernel returns beside them may follow.
        needed: Whether an argument's gradient is wanted; what follows the arguments is ignored.
    """
    outs = by_definition(name, "torch", raws, attrs)
    wanted = [raw for raw, is_needed in zip(raws, needed, strict=False) if is_needed]
    found = iter(torch.autograd.grad(outs, wanted, grads[: len(outs)], create_graph=True))
    return tuple(next(found) if is_needed else None for is_needed in needed[: len(raws)])
