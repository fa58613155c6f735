"""Kernels of several calls that compilers take as they are: operations of PyTorch's in a trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.autograd import Function
from torch.fx.experimental.proxy_tensor import get_proxy_mode
from torch.library import custom_op

Run = Callable[..., Any]


def kernel(name: str, run: Run, fake: Run) -> Run:
    """`run`, without a gradient.

    Args:
        fake: Gives empty outputs for inputs that have a shape alone.
    """
    traced = custom_op(f"unideep::{name}", run, mutates_args=())
    traced.register_fake(fake)
    return lambda *args: run(*args) if get_proxy_mode() is None else traced(*args)


def differentiable(name: str, run: Run, fake: Run, keep: Run, gradients: Run) -> Run:
    """`run`, with a gradient.

    In eager code it is a `Function`: a custom operation of PyTorch's takes 100 microseconds longer,
    forwards and backwards each.

    Args:
        fake: Gives empty outputs for inputs that have a shape alone.
        keep, gradients: `setup_context` and `backward` of `torch.autograd.Function`.
    """
    traced = custom_op(f"unideep::{name}", run, mutates_args=())
    traced.register_fake(fake)
    traced.register_autograd(gradients, setup_context=keep)

    def forward(ctx: Any, *args: Any) -> Any:
        outs = run(*(a.detach() if isinstance(a, torch.Tensor) else a for a in args))
        keep(ctx, args, outs)
        return outs

    parts = {"forward": staticmethod(forward), "backward": staticmethod(gradients)}
    node: Any = type(name, (Function,), parts)
    return lambda *args: (node.apply if get_proxy_mode() is None else traced)(*args)


def materialized(grads: Sequence[Any], outs: Sequence[Any]) -> tuple[Any, ...]:
    """Zeros for the outputs that nothing depends on.

    PyTorch would make them of all that a kernel returns, its workspace too.
    """
    return tuple(torch.zeros_like(y) if g is None else g for g, y in zip(grads, outs, strict=True))
