"""Recurrent layers as one operation that compilers take as it is: oneDNN's LSTM, others by hand.

PyTorch's own run twenty nodes a step backwards (GRU, and any layer with lengths), and a compiler
unrolls them. Here the derivatives of all steps are found at once, as factors of the gradient that
comes back, and each gradient of weights is one product.
"""

# T time, N batch, C channels of the input, H size of the state, K gates, G = K H

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from unideep_torch.by_rule import derived
from unideep_torch.kernel import differentiable, kernel, materialized
from unideep_torch.lstm import is_for_onednn, lstm

Raw = Any
aten: Any = torch.ops.aten
GATES = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}


def recurrent(
    x: Raw, h: Raw, c: Raw, i2h_weight: Raw, h2h_weight: Raw, i2h_bias: Raw, h2h_bias: Raw,
    lengths: Raw = None, *, mode: str,
) -> tuple[Raw, ...]:  # fmt: skip
    """The outputs of all steps, then the last states."""
    weights = i2h_weight, h2h_weight, i2h_bias, h2h_bias
    if mode == "lstm" and lengths is None and is_for_onednn(x, h, c, *weights):
        return lstm(x, h, c, *weights)[:3]
    outs = _layer(x, h, c, *weights, lengths, mode)
    return outs[: 2 if c is None else 3]


def _forward(
    x: Tensor, h: Tensor, c: Tensor | None, w_GC: Tensor, u_GH: Tensor, b_G: Tensor, d_G: Tensor,
    lengths: Tensor | None, mode: str,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
    """Outputs, last states; then the activated gates, and what else the way back needs.

    Steps after an item's end run like the others; what they give is thrown away.
    """
    z_TNG = F.linear(x, w_GC, b_G if mode == "gru" else b_G + d_G)
    h_TNH = h.new_empty((len(x) + 1, *h.shape))  # the first state, then that after each step
    h_TNH[0] = h
    v_HG = u_GH.t().contiguous()
    none = h.new_empty(0)
    if mode == "lstm":
        assert c is not None
        more = _lstm(z_TNG, h_TNH, c, v_HG)
        c_last = _last(more, lengths)
    else:
        more, c_last = none, none.clone()
        if mode == "gru":
            more = _gru(z_TNG, h_TNH, v_HG, d_G)
        else:
            squash = torch.tanh_ if mode == "rnn_tanh" else torch.relu_
            for z, before, after in _by_step((z_TNG, h_TNH[:-1], h_TNH[1:])):
                squash(torch.addmm(z, before, v_HG, out=after))
    y = h_TNH[1:].clone()
    if lengths is not None:
        y.masked_fill_(~_runs(x, lengths), 0)
    return y, _last(h_TNH, lengths), c_last, z_TNG, more


def _runs(x: Tensor, lengths: Tensor) -> Tensor:
    """(T, N, 1): whether an item has a step."""
    return (torch.arange(len(x), device=x.device)[:, None] < lengths)[:, :, None]


def _last(state_TNH: Tensor, lengths: Tensor | None) -> Tensor:
    """Of T + 1 states that after the last step of each item."""
    if lengths is None:
        return state_TNH[-1].clone()
    return state_TNH[lengths.long(), torch.arange(len(lengths), device=lengths.device)]


def _gru(z_TNG: Tensor, h_TNH: Tensor, v_HG: Tensor, d_G: Tensor) -> Tensor:
    """Returns the products with the state."""
    size = h_TNH.shape[2]
    s_TNG = torch.empty_like(z_TNG)
    open_, new = z_TNG[..., : 2 * size], z_TNG[..., 2 * size :]
    parts = [
        open_, s_TNG[..., : 2 * size], open_[..., :size], open_[..., size:], new,
        s_TNG[..., 2 * size :], s_TNG, h_TNH[:-1], h_TNH[1:],
    ]  # fmt: skip
    for z_open, s_open, reset, update, z_new, s_new, s, before, after in _by_step(parts):
        torch.addmm(d_G, before, v_HG, out=s)
        z_open.add_(s_open).sigmoid_()
        z_new.addcmul_(reset, s_new).tanh_()
        torch.lerp(z_new, before, update, out=after)
    return s_TNG


def _lstm(z_TNG: Tensor, h_TNH: Tensor, c: Tensor, v_HG: Tensor) -> Tensor:
    """Returns the states of the cell, the first one too."""
    size = h_TNH.shape[2]
    c_TNH = torch.empty_like(h_TNH)
    c_TNH[0] = c
    i, f, g, o = z_TNG.split(size, 2)
    parts = [
        z_TNG, z_TNG[..., : 2 * size], i, f, g, o, h_TNH[:-1], h_TNH[1:], c_TNH[:-1], c_TNH[1:],
    ]  # fmt: skip
    for z, open_, i, f, g, o, before, after, c, new in _by_step(parts):
        z.addmm_(before, v_HG)
        open_.sigmoid_()
        g.tanh_()
        o.sigmoid_()
        torch.mul(f, c, out=new).addcmul_(i, g)
        torch.tanh(new, out=after).mul_(o)
    return c_TNH


def _by_step(parts: Sequence[Tensor]) -> Any:
    """For each step its part of each tensor."""
    return zip(*(part.unbind(0) for part in parts), strict=True)


def _backward(
    g_TNH: Tensor, dh: Tensor, dc: Tensor, h: Tensor, u_GH: Tensor, lengths: Tensor | None,
    y: Tensor, z_TNG: Tensor, more: Tensor, mode: str,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """Gradients of the gates before activation, those of a GRU as in `_gru_back`, and of the first
    states."""
    gates = z_TNG.unflatten(2, (GATES[mode], -1))
    runs = None if lengths is None else _runs(y, lengths)
    if runs is not None:
        g_TNH = g_TNH.masked_fill(~runs, 0)
    none = h.new_empty(0)
    if mode == "lstm":
        return _lstm_back(g_TNH, dh, dc, u_GH, runs, gates, more)
    if mode == "gru":
        k_TNG, dh = _gru_back(g_TNH, dh, u_GH, runs, gates, _before(h, y), more)
        return k_TNG, dh, none
    k_TNH = (y > 0).to(y.dtype) if mode == "rnn_relu" else 1 - y * y
    _silence(k_TNH, runs)
    for t in reversed(range(len(y))):
        dh = dh + g_TNH[t]
        dh = _chosen(runs, t, k_TNH[t].mul_(dh) @ u_GH, dh)
    return k_TNH, dh.clone(), none


def _before(h: Tensor, y: Tensor) -> Tensor:
    """(T, N, H): the state before each step."""
    return torch.cat([h[None], y[:-1]])


def _gru_back(
    g_TNH: Tensor, dh: Tensor, u_GH: Tensor, runs: Tensor | None, gates: Tensor,
    before_TNH: Tensor, s_TNG: Tensor,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Of four gates: the new one on the side of the state, reset, update, the new one on the side
    of the input. Either side is then three in a row."""
    reset, update, new = gates.unbind(2)
    size = new.shape[2]
    k_TNKH = new.new_empty((*new.shape[:2], 4, size))
    of_state, of_reset, of_update, of_new = k_TNKH.unbind(2)
    aten.tanh_backward(1 - update, new, grad_input=of_new)
    torch.mul(of_new, reset, out=of_state)
    aten.sigmoid_backward(of_new * s_TNG[..., 2 * size :], reset, grad_input=of_reset)
    aten.sigmoid_backward(before_TNH - new, update, grad_input=of_update)
    _silence(k_TNKH, runs)
    k_TNG, u_GH = k_TNKH.flatten(2), u_GH.roll(size, 0)
    steps = list(_by_step([g_TNH, k_TNKH, k_TNG[..., : 3 * size], update]))
    for t in reversed(range(len(steps))):
        g, k, side, u = steps[t]
        dh = dh + g
        k.mul_(dh[:, None])
        dh = _chosen(runs, t, torch.addmm(dh * u, side, u_GH), dh)
    return k_TNG, dh.clone()


def _lstm_back(
    g_TNH: Tensor, dh: Tensor, dc: Tensor, u_GH: Tensor, runs: Tensor | None, gates: Tensor,
    c_TNH: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    i, f, g, o = gates.unbind(2)
    q_TNH = c_TNH[1:].tanh()
    k_TNKH = gates * (1 - gates)  # the derivative of σ
    k_TNKH[:, :, 0] *= g
    k_TNKH[:, :, 1] *= c_TNH[:-1]
    k_TNKH[:, :, 2] = i * (1 - g * g)
    k_TNKH[:, :, 3] *= q_TNH
    to_c = o * (1 - q_TNH * q_TNH)
    _silence(k_TNKH, runs)
    _silence(to_c, runs)
    k_TNG = k_TNKH.flatten(2)
    steps = list(_by_step([g_TNH, k_TNG, k_TNKH[:, :, :3], k_TNKH[:, :, 3], f, to_c]))
    for t in reversed(range(len(steps))):
        g, k, k_ifg, k_o, f, into = steps[t]
        dh = dh + g
        dc = torch.addcmul(dc, dh, into)
        k_ifg.mul_(dc[:, None])
        k_o.mul_(dh)
        dh = _chosen(runs, t, k @ u_GH, dh)
        dc = _chosen(runs, t, dc * f, dc)
    return k_TNG, dh.clone(), dc.clone()


def _chosen(runs: Tensor | None, t: int, running: Tensor, ended: Tensor) -> Tensor:
    """The values of items that run in step t, and of those that have ended."""
    return running if runs is None else torch.where(runs[t], running, ended)


def _silence(factors: Tensor, runs: Tensor | None) -> None:
    """No gradient comes from steps after an item's end."""
    if runs is not None:
        factors.masked_fill_(~runs.reshape(*runs.shape[:2], *[1] * (factors.ndim - 2)), 0)


def _empty(x, h, c, w_GC, u_GH, b_G, d_G, lengths, mode):  # pyright: ignore
    time, (batch, size) = len(x), h.shape
    z_TNG = h.new_empty((time, batch, len(u_GH)))
    none = h.new_empty(0)
    more = {"lstm": h.new_empty((time + 1, batch, size)), "gru": torch.empty_like(z_TNG)}
    c_last = none if c is None else c.new_empty(c.shape)
    y = h.new_empty((time, batch, size))
    return y, h.new_empty(h.shape), c_last, z_TNG, more.get(mode, none)


def _empty_back(g_TNH, dh, dc, h, u_GH, lengths, y, z_TNG, more, mode):  # pyright: ignore
    gates = (4 if mode == "gru" else GATES[mode]) * h.shape[1]
    state = dc if mode == "lstm" else h.new_empty(0)
    return z_TNG.new_empty((*z_TNG.shape[:2], gates)), h.new_empty(h.shape), torch.empty_like(state)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    *raws, ctx.mode = inputs
    y, _, _, z_TNG, more = output
    ctx.mark_non_differentiable(z_TNG, more)
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(*raws, y, z_TNG, more)


def _gradients(ctx: Any, *grads: Any) -> tuple[Any, ...]:
    *raws, y, z_TNG, more = ctx.saved_tensors
    x, h, c, w_GC, u_GH, *_, lengths = raws
    g_TNH, dh, dc = grads = materialized(grads[:3], (y, h, h if c is None else c))
    if torch.is_grad_enabled():
        return *derived("recurrent", raws, {"mode": ctx.mode}, grads, ctx.needs_input_grad), None
    k_TNG, dh, dc = _layer_backward(g_TNH, dh, dc, h, u_GH, lengths, y, z_TNG, more, ctx.mode)
    k_MG, size = k_TNG.flatten(0, 1), u_GH.shape[1]
    is_gru = ctx.mode == "gru"
    i_MG, s_MG = (k_MG[:, size:], k_MG[:, : 3 * size]) if is_gru else (k_MG, k_MG)
    dw, du = i_MG.t() @ x.flatten(0, 1), s_MG.t() @ _before(h, y).flatten(0, 1)
    db, dd = i_MG.sum(0), s_MG.sum(0)
    if is_gru:  # its side of the state begins with the new gate
        du, dd = du.roll(-size, 0), dd.roll(-size, 0)
    dx = (i_MG @ w_GC).view_as(x) if ctx.needs_input_grad[0] else None
    return dx, dh, None if c is None else dc, dw, du, db, dd, None, None


_layer = differentiable("recurrent", _forward, _empty, _keep, _gradients)
_layer_backward = kernel("recurrent_backward", _backward, _empty_back)

OPS = {"recurrent": recurrent}
