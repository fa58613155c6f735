"""Embedding, a recurrent layer and a dense one, PyTorch.

Inductor takes minutes for a layer that is unrolled, and what comes out is slower than the engine's
kernels. So `compile` and `compile_step` leave the layer alone and compile what is around it.
"""

# B batch, T time, E size of an embedding, H hidden size

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from program import Build, Program, Task
from torch import Tensor

from .torch_common import Params, Traced, adam, classify, parameters, program, variants

Kernel = Callable[[Tensor, list[Tensor]], Tensor]  # x (T, B, E) and weights to (T, B, H)
NAMES = [f"layers.l0_{part}" for part in ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias")]
RECURRENT, OUTPUT = ["embedding.weight", *NAMES], ["output.weight", "output.bias"]


def char_lm(kernel: Kernel) -> dict[str, Build]:
    layer: Any = torch.compiler.disable(kernel)

    def hidden(p: Params, tokens: Tensor) -> Tensor:
        x_TBE = F.embedding(tokens.t(), p["embedding.weight"])
        return layer(x_TBE, [p[name] for name in NAMES])

    def net(p: Params, tokens: Tensor) -> Tensor:
        return F.linear(hidden(p, tokens).transpose(0, 1), *(p[name] for name in OUTPUT))

    def build(task: Task) -> Program:
        return compile_around(task, hidden)

    return variants(classify(net), net) | {"compile_step": build}


def compile_around(task: Task, hidden: Callable[[Params, Tensor], Tensor]) -> Program:
    """One graph of output and loss with their gradients, one of Adam; the layer in between."""
    p = parameters(task.weights, task.device)
    weights = [p[name].detach() for name in RECURRENT + OUTPUT]
    moments = [torch.zeros_like(w) for w in weights * 2]
    output = weights[len(RECURRENT) :]
    head, scores = Traced(_head, output), Traced(_scores, output)
    update = Traced(_update, [*weights, *moments, weights[0].new_zeros(())])

    def train(tokens: Tensor, following: Tensor) -> Tensor:
        y_TBH = hidden(p, tokens)
        loss, g_TBH, *g_output = head(y_TBH.detach(), following)
        grads = torch.autograd.grad(y_TBH, [p[name] for name in RECURRENT], g_TBH)
        update(*grads, *g_output)
        return loss

    @torch.no_grad()
    def predict(tokens: Tensor) -> Tensor:
        return scores.first(hidden(p, tokens))

    def graphs() -> int:
        return sum(len(traced.graphs) for traced in (head, scores, update))

    return program((train, predict, graphs), task.device)


def _head(w: Tensor, b: Tensor, y_TBH: Tensor, following: Tensor) -> tuple[Tensor, ...]:
    leaves = [x.detach().requires_grad_() for x in (y_TBH, w, b)]
    loss = F.cross_entropy(F.linear(*leaves).flatten(0, 1), following.t().flatten())
    return loss.detach(), *torch.autograd.grad(loss, leaves)


def _scores(w: Tensor, b: Tensor, y_TBH: Tensor) -> tuple[Tensor]:
    return (F.linear(y_TBH.transpose(0, 1), w, b),)


def _update(*args: Tensor) -> tuple[Tensor]:
    names = RECURRENT + OUTPUT
    n = len(names)
    count = args[3 * n].add_(1)
    starts = (n, 2 * n, 0, 3 * n + 1)  # mean, variance, weights, gradients
    mean, variance, p, grads = (dict(zip(names, args[i : i + n], strict=True)) for i in starts)
    adam(mean, variance, count, p, grads)
    return (count,)
