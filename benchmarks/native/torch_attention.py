"""A pre-norm encoder layer, forward and backward, PyTorch."""

# B batch, T time, U units, H heads, D size of a head

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch._inductor
import torch.nn.functional as F
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from .attention import HEADS, Build, Step, Weights, packed
from .torch_common import INDUCTOR, sync

__all__ = ["VARIANTS", "prepare", "sync"]


def layer(params: Sequence[Tensor], x_BTU: Tensor) -> Tensor:
    g1, b1, w_qkv, b_qkv, w_out, b_out, g2, b2, w_up, b_up, w_down, b_down = params
    batch, time, units = x_BTU.shape
    h_BTU = F.layer_norm(x_BTU, (units,), g1, b1)
    heads = F.linear(h_BTU, w_qkv, b_qkv).view(batch, time, 3 * HEADS, -1).transpose(1, 2)
    y_BHTD = F.scaled_dot_product_attention(*heads.chunk(3, 1), is_causal=True)
    y_BTU = y_BHTD.transpose(1, 2).reshape(batch, time, units)
    x_BTU = x_BTU + F.linear(y_BTU, w_out, b_out)
    h_BTU = F.layer_norm(x_BTU, (units,), g2, b2)
    return x_BTU + F.linear(F.gelu(F.linear(h_BTU, w_up, b_up)), w_down, b_down)


def loss_of(params: Sequence[Tensor], x: Tensor) -> Tensor:
    y = layer(params, x)
    return (y * y).mean()


def prepare(x: np.ndarray) -> Tensor:
    return torch.from_numpy(x)


def parameters(weights: Weights) -> list[Tensor]:
    return [torch.tensor(w, requires_grad=True) for w in packed(weights)]


def eager(weights: Weights) -> Step:
    params = parameters(weights)

    def step(x: Tensor) -> tuple[Tensor, Sequence[Tensor]]:
        loss = loss_of(params, x)
        return loss.detach(), torch.autograd.grad(loss, params)

    return step


def compiled(weights: Weights) -> Step:
    """What the tutorials teach: the forward pass compiled, with the backward that follows."""
    params = parameters(weights)
    forward = torch.compile(loss_of, fullgraph=True)

    def step(x: Tensor) -> tuple[Tensor, Sequence[Tensor]]:
        loss = forward(params, x)
        return loss.detach(), torch.autograd.grad(loss, params)

    return step


def compiled_step(weights: Weights) -> Step:
    """Both passes in one graph for Inductor; no Dynamo guards per call."""
    params = [p.detach() for p in parameters(weights)]
    program: Any = None

    def whole(*args: Tensor) -> tuple[Tensor, ...]:
        leaves = [p.detach().requires_grad_() for p in args[:-1]]
        loss = loss_of(leaves, args[-1])
        return (loss.detach(), *torch.autograd.grad(loss, leaves))

    def step(x: Tensor) -> tuple[Tensor, Sequence[Tensor]]:
        nonlocal program
        if program is None:
            graph = make_fx(whole)(*params, x)
            program = torch._inductor.compile(graph, [*params, x], options=INDUCTOR)
        loss, *grads = program(*params, x)
        return loss, grads

    return step


VARIANTS: dict[str, Build] = {
    "eager": eager, "compile": compiled, "compile_step": compiled_step,
}  # fmt: skip
