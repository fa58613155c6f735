"""A `Function` of the user's as one node of PyTorch's graphs: of autograd's, and of a trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.autograd import Function
from torch.fx.experimental.proxy_tensor import get_proxy_mode

from unideep.autograd.rules import pull_function


def custom_gradient(outs: Any, xs: Any, saved: Any, *, function: Any) -> tuple[Any, ...]:
    """The outputs of a `Function`, with its gradient."""
    if get_proxy_mode() is None:
        return _Custom.apply(function, len(outs), len(xs), *outs, *xs, *saved)
    _functions.append(function)
    return tuple(_traced(outs, xs, saved, len(_functions) - 1))


class _Custom(Function):
    """The node of autograd."""

    @staticmethod
    def forward(ctx: Any, function: Any, n: int, m: int, *raws: Any) -> Any:
        outs = tuple([out.detach() for out in raws[:n]])
        ctx.call = function, n, m
        ctx.save_for_backward(*outs, *raws[n:])
        ctx.mark_non_differentiable(*[o for o in outs if not _is_inexact(o)])
        return outs

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> tuple[Any, ...]:
        function, n, m = ctx.call
        kept = ctx.saved_tensors
        groups = kept[:n], kept[n : n + m], kept[n + m :]
        found = pull_function(function, "torch", groups, grads)
        return (None, None, None, *[None] * n, *found, *[None] * len(groups[2]))


def _is_inexact(x: torch.Tensor) -> bool:
    return x.is_floating_point() or x.is_complex()


# In a trace it is an operation of its own: the graph of a hybridized block is differentiated later.

_functions: list[Any] = []
"""The functions that graphs refer to by their place: one for each call in each trace."""


@torch.library.custom_op(
    "unideep::custom_gradient",
    mutates_args=(),
    schema="(Tensor[] outs, Tensor[] xs, Tensor[] saved, int place) -> Tensor[]",
)
def _traced(outs: Any, xs: Any, saved: Any, place: int) -> list[torch.Tensor]:
    return [out.clone() for out in outs]


_traced.register_fake(lambda outs, xs, saved, place: [torch.empty_like(out) for out in outs])


def _keep(ctx: Any, inputs: Any, output: list[torch.Tensor]) -> None:
    outs, xs, saved, place = inputs
    ctx.call = _functions[place], len(outs), len(xs)
    ctx.save_for_backward(*output, *xs, *saved)


def _backward(ctx: Any, grads: Sequence[Any]) -> tuple[Any, ...]:
    function, n, m = ctx.call
    kept = ctx.saved_tensors
    groups = kept[:n], kept[n : n + m], kept[n + m :]
    full = [torch.zeros_like(o) if g is None else g for g, o in zip(grads, groups[0], strict=True)]
    found = pull_function(function, "torch", groups, full)
    return [None] * n, found, [None] * len(groups[2]), None


_traced.register_autograd(_backward, setup_context=_keep)

DECOMPOSITION = {
    torch.ops.unideep.custom_gradient.default: lambda outs, xs, saved, place: [
        out.clone() for out in outs
    ]
}
"""What is left of it once gradients are taken."""
