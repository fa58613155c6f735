"""Training steps in PyTorch around any `net(params, x) -> logits`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
import torch._inductor
import torch.nn.functional as F
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from . import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Step, Weights

Net = Callable[[Sequence[Tensor], Tensor], Tensor]

# On two CPU cores: oneDNN's own NCHW choice beats Inductor's channels-last rewrite, and a parallel
# region costs more than it gives below some thousand elements (MLP 0.050 -> 0.033 ms).
INDUCTOR = {
    "layout_optimization": False,
    "cpp.min_chunk_size": 4096,
    "size_asserts": False,
    "alignment_asserts": False,
}


def variants(net: Net) -> dict[str, Build]:
    return {
        "eager": lambda weights: eager(net, weights),
        "eager_functional": lambda weights: eager_functional(net, weights),
        "compile": lambda weights: compile_parts(net, weights),
        "compile_step": lambda weights: compile_step(net, weights),
    }


def prepare(x: np.ndarray, y: np.ndarray) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(x), torch.from_numpy(y.astype(np.int64))


def sync(loss: Tensor) -> None:
    if loss.is_cuda:
        torch.cuda.synchronize()


def parameters(weights: Weights) -> list[Tensor]:
    return [torch.tensor(w, requires_grad=True) for w in weights.values()]


def eager(net: Net, weights: Weights) -> Step:
    """The textbook loop; fused Adam beats foreach and the default by 0.1 to 0.3 ms here."""
    params = parameters(weights)
    optimizer = torch.optim.Adam(params, LEARNING_RATE, (BETA1, BETA2), EPSILON, fused=True)

    def step(x: Tensor, y: Tensor) -> Tensor:
        loss = F.cross_entropy(net(params, x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.detach()

    return step


def eager_functional(net: Net, weights: Weights) -> Step:
    """The same kernels without the bookkeeping of `Tensor.grad` and `torch.optim`."""
    params = parameters(weights)
    mean, variance = _zeros_like(params), _zeros_like(params)
    counts = [torch.zeros(()) for _ in params]

    def step(x: Tensor, y: Tensor) -> Tensor:
        loss = F.cross_entropy(net(params, x), y)
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            torch._foreach_add_(counts, 1)  # pyright: ignore[reportPrivateImportUsage]
            torch._fused_adam_(  # pyright: ignore[reportPrivateImportUsage]
                params, grads, mean, variance, [], counts,
                lr=LEARNING_RATE, beta1=BETA1, beta2=BETA2, eps=EPSILON,
                weight_decay=0.0, amsgrad=False, maximize=False,
            )  # fmt: skip
        return loss.detach()

    return step


def compile_parts(net: Net, weights: Weights) -> Step:
    """What the PyTorch tutorials teach: model with loss compiled, optimizer step compiled."""
    params = parameters(weights)
    optimizer = torch.optim.Adam(params, torch.tensor(LEARNING_RATE), (BETA1, BETA2), EPSILON)
    forward = torch.compile(lambda x, y: F.cross_entropy(net(params, x), y), fullgraph=True)
    update = torch.compile(optimizer.step)

    def step(x: Tensor, y: Tensor) -> Tensor:
        loss = forward(x, y)
        loss.backward()
        update()
        optimizer.zero_grad()
        return loss.detach()

    return step


def compile_step(net: Net, weights: Weights) -> Step:
    """Forward, backward and Adam traced into one graph for Inductor; no Dynamo guards per call."""
    params = [p.detach() for p in parameters(weights)]
    state = [*params, *_zeros_like(params), *_zeros_like(params), torch.zeros(())]
    compiled: Any = None

    def step(x: Tensor, y: Tensor) -> Tensor:
        nonlocal compiled
        if compiled is None:
            graph = make_fx(_whole_step(net, len(params)))(*[s.clone() for s in state], x, y)
            compiled = torch._inductor.compile(graph, [*state, x, y], options=INDUCTOR)
        return compiled(*state, x, y)[0]

    return step


def _whole_step(net: Net, n: int) -> Callable[..., tuple[Tensor]]:
    def step(*args: Tensor) -> tuple[Tensor]:
        params, mean, variance = args[:n], args[n : 2 * n], args[2 * n : 3 * n]
        count, x, y = args[3 * n :]
        leaves = [p.detach().requires_grad_() for p in params]
        loss = F.cross_entropy(net(leaves, x), y)
        grads = torch.autograd.grad(loss, leaves)
        count.add_(1)
        bias1, bias2 = 1 - BETA1**count, 1 - BETA2**count
        for p, g, m, v in zip(params, grads, mean, variance, strict=True):
            m.lerp_(g, 1 - BETA1)
            v.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
            p.sub_(LEARNING_RATE * (m / bias1) / ((v / bias2).sqrt() + EPSILON))
        return (loss.detach(),)

    return step


def _zeros_like(tensors: Sequence[Tensor]) -> list[Tensor]:
    return [torch.zeros_like(t, requires_grad=False) for t in tensors]
