"""A language model of gated recurrent units, PyTorch.

On the CPU PyTorch runs a GRU operation by operation, forward and backward. By hand all that does
not wait for the step before is done for all steps at once.
"""

# B batch, T time, E size of an embedding, H hidden size, G = 3 H: reset, update and new, F = 4 H

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .torch_char_lm import char_lm

__all__ = ["VARIANTS"]

aten: Any = torch.ops.aten


class GRU(torch.autograd.Function):
    """One layer from a state of zeros."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, w_GE: Tensor, u_GH: Tensor, b_G: Tensor, d_G: Tensor
    ) -> Tensor:
        (time, batch, _), size = x.shape, u_GH.shape[1]
        i_TBG = F.linear(x, w_GE, b_G)
        h_TBG = torch.empty_like(i_TBG)
        new_TBH = x.new_empty((time, batch, size))
        y_TBH = x.new_zeros((time + 1, batch, size))  # the first state in front
        u_HG = u_GH.t().contiguous()
        gates_TBI, add_TBI = i_TBG[..., : 2 * size], h_TBG[..., : 2 * size]
        steps = (
            y_TBH[:-1], y_TBH[1:], h_TBG, gates_TBI, add_TBI, gates_TBI[..., :size],
            gates_TBI[..., size:], i_TBG[..., 2 * size :], h_TBG[..., 2 * size :], new_TBH,
        )  # fmt: skip
        for before, y, h, gates, add, reset, update, i_new, h_new, new in _by_step(*steps):
            torch.addmm(d_G, before, u_HG, out=h)
            gates.add_(add).sigmoid_()
            torch.addcmul(i_new, reset, h_new, out=new).tanh_()
            torch.lerp(new, before, update, out=y)
        ctx.save_for_backward(x, w_GE, u_GH, i_TBG, h_TBG, new_TBH, y_TBH)
        return y_TBH[1:]

    @staticmethod
    def backward(ctx: Any, g_TBH: Tensor) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        x, w_GE, u_GH, i_TBG, h_TBG, new_TBH, y_TBH = ctx.saved_tensors
        size = u_GH.shape[1]
        reset, update, _ = i_TBG.chunk(3, 2)
        before = y_TBH[:-1]
        # What a state's gradient is multiplied by, for the gates' sums: new of the hidden side,
        # reset, update, new of the input side. Either side is then three in a row.
        factors = new_TBH.new_empty((*new_TBH.shape[:2], 4, size))
        from_state, to_reset, to_update, to_new = factors.unbind(2)
        aten.tanh_backward(1 - update, new_TBH, grad_input=to_new)
        torch.mul(to_new, reset, out=from_state)
        aten.sigmoid_backward(to_new * h_TBG[..., 2 * size :], reset, grad_input=to_reset)
        aten.sigmoid_backward(before - new_TBH, update, grad_input=to_update)
        u_GH = u_GH.roll(size, 0)
        g_TBF = factors.flatten(2)
        carried = torch.zeros_like(new_TBH[0])
        steps = (g_TBH, factors, g_TBF[..., : 3 * size], update)
        for g, factor, hidden, keep in reversed(list(_by_step(*steps))):
            state = g + carried
            factor.mul_(state[:, None])
            carried = torch.addmm(state.mul_(keep), hidden, u_GH)
        g_hidden, g_input = (
            g_TBF.flatten(0, 1)[:, side] for side in (slice(3 * size), slice(size, None))
        )
        sums = g_TBF.flatten(0, 1).sum(0)
        return (
            (g_input @ w_GE).view_as(x),
            g_input.t() @ x.flatten(0, 1),
            (g_hidden.t() @ before.flatten(0, 1)).roll(-size, 0),
            sums[size:],
            sums[: 3 * size].roll(-size),
        )


def _by_step(*tensors: Tensor) -> Any:
    return zip(*(x.unbind() for x in tensors), strict=True)


def gru(x_TBE: Tensor, weights: list[Tensor]) -> Tensor:
    if not x_TBE.is_cuda:
        return GRU.apply(x_TBE, *weights)  # pyright: ignore[reportReturnType]
    zeros = x_TBE.new_zeros((1, x_TBE.shape[1], weights[1].shape[1]))
    return torch.gru(x_TBE, zeros, weights, True, 1, 0.0, True, False, False)[0]


VARIANTS = char_lm(gru)
