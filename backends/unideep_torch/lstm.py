"""oneDNN's LSTM, forwards and backwards, as operations that compilers take as they are."""

# T time, N batch, C channels of the input, H size of the state, G = 4 H

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from unideep_torch.by_rule import derived
from unideep_torch.kernel import differentiable, kernel, materialized

Raw = Any
aten = torch.ops.aten
_MODE = 2  # PyTorch's number of the LSTM


def is_for_onednn(x: Raw, h: Raw, c: Raw, w_GC: Raw, u_GH: Raw, b_G: Raw, d_G: Raw) -> bool:
    """Whether it can run and the shapes fit: it reads past the end where they do not."""
    usable = x.dtype is torch.float32 and x.device.type == "cpu" and x.numel() > 0
    rows, size = u_GH.shape
    state, gates = (x.shape[1], size), (4 * size,)
    fits = (
        rows == 4 * size and w_GC.shape == (rows, x.shape[2]) and b_G.shape == d_G.shape == gates
        and h.shape == c.shape == state
    )  # fmt: skip
    return usable and fits and torch._C._has_mkldnn and torch._C._get_mkldnn_enabled()


def _forward(
    x: Tensor, h: Tensor, c: Tensor, w_GC: Tensor, u_GH: Tensor, b_G: Tensor, d_G: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """oneDNN's layer: outputs, last states, and what its way back needs."""
    x, w_GC, u_GH, b_G, d_G, h, c = _dense(x, w_GC, u_GH, b_G, d_G, h, c)
    with torch.enable_grad():  # without, it keeps nothing for the way back
        return aten.mkldnn_rnn_layer(
            x, w_GC, u_GH, b_G, d_G, h, c, reverse=False, batch_sizes=[], mode=_MODE,
            hidden_size=h.shape[1], num_layers=1, has_biases=True, bidirectional=False,
            batch_first=False, train=True,
        )  # fmt: skip


def _backward(
    x: Tensor, h: Tensor, c: Tensor, w_GC: Tensor, u_GH: Tensor, b_G: Tensor, d_G: Tensor,
    y: Tensor, h_last: Tensor, c_last: Tensor, workspace: Tensor, g_TNH: Tensor, dh: Tensor,
    dc: Tensor,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
    """The gradients of its first seven arguments."""
    raws = _dense(x, w_GC, u_GH, b_G, d_G, h, c, y, h_last, c_last, g_TNH, dh, dc)
    dx, dw, du, db, dd, dh, dc = aten.mkldnn_rnn_layer_backward(
        *raws, reverse=False, mode=_MODE, hidden_size=h.shape[1], num_layers=1,
        has_biases=True, train=True, bidirectional=False, batch_sizes=[], batch_first=False,
        workspace=workspace,
    )  # fmt: skip
    biases = (db, dd.clone()) if db.data_ptr() == dd.data_ptr() else (db, dd)
    return dx, dh, dc, dw, du, *biases


def _dense(*raws: Tensor) -> list[Tensor]:
    """What oneDNN takes for granted."""
    return [raw.contiguous() for raw in raws]


def _empty(x: Tensor, h: Tensor, c: Tensor, *_: Tensor) -> tuple[Tensor, ...]:
    y = x.new_empty((*x.shape[:2], h.shape[1]))
    workspace = x.new_empty(0, dtype=torch.uint8)  # nobody but oneDNN knows its size
    return y, torch.empty_like(h), torch.empty_like(c), workspace


def _empty_back(*raws: Tensor) -> tuple[Tensor, ...]:
    return tuple(raw.new_empty(raw.shape) for raw in raws[:7])


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    ctx.mark_non_differentiable(output[3])
    ctx.set_materialize_grads(False)  # nobody needs zeros for the workspace
    ctx.save_for_backward(*inputs, *output)


def _gradients(ctx: Any, *grads: Any) -> tuple[Any, ...]:
    saved = ctx.saved_tensors
    grads = materialized(grads[:3], saved[7:10])
    if torch.is_grad_enabled():
        return derived("recurrent", saved[:7], {"mode": "lstm"}, grads, ctx.needs_input_grad)
    return _lstm_backward(*saved, *grads)


lstm = differentiable("lstm", _forward, _empty, _keep, _gradients)
_lstm_backward = kernel("lstm_backward", _backward, _empty_back)
