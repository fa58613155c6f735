"""Recurrent layers differentiated by hand.

Only what depends on the step before is done step by step: products with the input and all
gradients of weights are one product each. σ(z) = (1 + tanh(z/2)) / 2 makes one call of all gates.
Going back, the derivatives of all steps are found at once, as factors of the gradient that comes.
"""

# T time, N batch, C channels of the input, H size of the state, K gates, G = K H

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from unideep_numpy.differentiated import Pull, Raw, values
from unideep_numpy.ops.attention import widened

Back = Callable[..., tuple[Raw, ...]]
"""From gradients of outputs and last states to those of the gates before their activation, on the
side of the input and on that of the state, and of the first states."""


def _differentiated(
    x: Raw, h: Raw, c: Raw, i2h_weight: Raw, h2h_weight: Raw, i2h_bias: Raw, h2h_bias: Raw,
    lengths: Raw = None, *, mode: str,
) -> tuple[tuple[Raw, ...], Pull]:  # fmt: skip
    """`recurrent`, and the way back for its gradient."""
    dtype, (time, batch, channels) = x.dtype, x.shape
    x, h, c, w_GC, u_GH, b_G, d_G = widened(x, h, c, i2h_weight, h2h_weight, i2h_bias, h2h_bias)
    size = h.shape[-1]
    x_MC = x.reshape(-1, channels)
    z_TNG = (x_MC @ w_GC.T).reshape(time, batch, -1)
    z_TNG += b_G
    runs_TN1 = None if lengths is None else np.arange(time)[:, None, None] < lengths[:, None]
    h_TNH = np.empty((time + 1, batch, size), z_TNG.dtype)  # the first, then after each step
    h_TNH[0] = h
    back, *cells = _MODES[mode](z_TNG, h_TNH, c, u_GH, d_G, runs_TN1)
    y_TNH = h_TNH[1:] if runs_TN1 is None else np.where(runs_TN1, h_TNH[1:], 0)

    def pull(grads: list[Raw]) -> list[Raw]:
        g_TNH, *last = widened(*grads)
        if runs_TN1 is not None:
            g_TNH = np.where(runs_TN1, g_TNH, 0)
        i_TNG, s_TNG, *firsts = back(g_TNH, *last)
        i_MG, s_MG = i_TNG.reshape(len(x_MC), -1), s_TNG.reshape(len(x_MC), -1)
        before_MH = h_TNH[:-1].reshape(-1, size)
        found = [(i_MG @ w_GC).reshape(x.shape), *firsts, i_MG.T @ x_MC, s_MG.T @ before_MH]
        found += [i_MG.sum(0), s_MG.sum(0)]
        indices = [] if lengths is None else [None]
        return [g.astype(dtype, copy=False) for g in found] + indices

    outs = (y_TNH, h_TNH[-1], *cells)
    return tuple(out.astype(dtype, copy=False) for out in outs), pull


def _plain(relu: bool) -> Callable[..., tuple[Back]]:
    def forward(z_TNG: Raw, h_TNH: Raw, _: None, u_GH: Raw, d_G: Raw, runs: Raw) -> tuple[Back]:
        v_HG = np.ascontiguousarray(u_GH.T)
        z_TNG += d_G
        for t, z_NG in enumerate(z_TNG):
            z_NG += h_TNH[t] @ v_HG
            if relu:
                np.maximum(z_NG, 0, out=h_TNH[t + 1])
            else:
                np.tanh(z_NG, out=h_TNH[t + 1])
            _hold(h_TNH, t, runs)

        def back(g_TNH: Raw, dh: Raw) -> tuple[Raw, ...]:
            y_TNH = h_TNH[1:]
            k_TNH = (y_TNH > 0).astype(y_TNH.dtype) if relu else 1 - y_TNH * y_TNH
            _silence(k_TNH, runs)
            for t in reversed(range(len(k_TNH))):
                dh = dh + g_TNH[t]
                k_TNH[t] *= dh
                dh = _chosen(runs, t, k_TNH[t] @ u_GH, dh)
            return k_TNH, k_TNH, dh

        return (back,)

    return forward


def _gru(z_TNG: Raw, h_TNH: Raw, _: None, u_GH: Raw, d_G: Raw, runs: Raw) -> tuple[Back]:
    size = h_TNH.shape[-1]
    half_G = np.repeat(np.array([0.5, 0.5, 1], z_TNG.dtype), size)
    v_HG, d_G = np.ascontiguousarray((u_GH * half_G[:, None]).T), d_G * half_G
    z_TNG *= half_G
    s_TNH = np.empty_like(h_TNH[1:])  # what the reset gate acts on
    for t, z_NG in enumerate(z_TNG):
        s_NG = h_TNH[t] @ v_HG
        s_NG += d_G
        s_TNH[t] = s_NG[:, 2 * size :]
        open_, new, y = z_NG[:, : 2 * size], z_NG[:, 2 * size :], h_TNH[t + 1]
        open_ += s_NG[:, : 2 * size]
        np.tanh(open_, out=open_)
        open_ *= 0.5
        open_ += 0.5
        new += open_[:, :size] * s_TNH[t]
        np.tanh(new, out=new)
        np.subtract(h_TNH[t], new, out=y)
        y *= open_[:, size:]
        y += new
        _hold(h_TNH, t, runs)

    def back(g_TNH: Raw, dh: Raw) -> tuple[Raw, ...]:
        gates = z_TNG.reshape(*g_TNH.shape[:2], 3, size)
        reset, update, new = (gates[:, :, k] for k in range(3))
        k_TNKH, s_TNKH = np.empty_like(gates), np.empty_like(gates)
        k_TNKH[:, :, 2] = (1 - update) * (1 - new * new)
        k_TNKH[:, :, 1] = (h_TNH[:-1] - new) * update * (1 - update)
        k_TNKH[:, :, 0] = k_TNKH[:, :, 2] * s_TNH * reset * (1 - reset)
        _silence(k_TNKH, runs)
        for t in reversed(range(len(k_TNKH))):
            dh = dh + g_TNH[t]
            k_TNKH[t] *= dh[:, None]
            s_TNKH[t] = k_TNKH[t]
            s_TNKH[t, :, 2] *= reset[t]
            before = s_TNKH[t].reshape(len(dh), -1) @ u_GH
            before += dh * update[t]
            dh = _chosen(runs, t, before, dh)
        return k_TNKH, s_TNKH, dh

    return (back,)


def _lstm(z_TNG: Raw, h_TNH: Raw, c_NH: Raw, u_GH: Raw, d_G: Raw, runs: Raw) -> tuple[Back, Raw]:
    half_G = np.repeat(np.array([0.5, 0.5, 1, 0.5], z_TNG.dtype), h_TNH.shape[-1])
    v_HG = np.ascontiguousarray((u_GH * half_G[:, None]).T)
    z_TNG += d_G
    z_TNG *= half_G
    gates = z_TNG.reshape(*z_TNG.shape[:2], 4, -1)
    c_TNH, q_TNH = np.empty_like(h_TNH), np.empty_like(h_TNH[1:])  # q: tanh(c)
    c_TNH[0] = c_NH
    for t, z_NG in enumerate(z_TNG):
        z_NG += h_TNH[t] @ v_HG
        np.tanh(z_NG, out=z_NG)
        z_NG *= half_G
        z_NG += 1 - half_G
        i, f, g, o = gates[t].swapaxes(0, 1)
        c = np.multiply(f, c_TNH[t], out=c_TNH[t + 1])
        c += i * g
        np.multiply(o, np.tanh(c, out=q_TNH[t]), out=h_TNH[t + 1])
        _hold(h_TNH, t, runs)
        _hold(c_TNH, t, runs)

    def back(g_TNH: Raw, dh: Raw, dc: Raw) -> tuple[Raw, ...]:
        i, f, g, o = (gates[:, :, k] for k in range(4))
        k_TNKH = gates * (1 - gates)  # the derivative of σ
        k_TNKH[:, :, 0] *= g
        k_TNKH[:, :, 1] *= c_TNH[:-1]
        k_TNKH[:, :, 2] = i * (1 - g * g)
        k_TNKH[:, :, 3] *= q_TNH
        to_c_TNH = o * (1 - q_TNH * q_TNH)
        _silence(k_TNKH, runs)
        _silence(to_c_TNH, runs)
        for t in reversed(range(len(k_TNKH))):
            dh = dh + g_TNH[t]
            dc = dc + dh * to_c_TNH[t]
            k_TNKH[t, :, :3] *= dc[:, None]
            k_TNKH[t, :, 3] *= dh
            dh = _chosen(runs, t, k_TNKH[t].reshape(len(dh), -1) @ u_GH, dh)
            dc = _chosen(runs, t, dc * f[t], dc)
        return k_TNKH, k_TNKH, dh, dc

    return back, c_TNH[-1]


def _hold(state_TNH: Raw, t: int, runs: Raw) -> None:
    """Items that have ended keep their state in step t."""
    if runs is not None:
        np.copyto(state_TNH[t + 1], state_TNH[t], where=~runs[t])


def _chosen(runs: Raw, t: int, running: Raw, ended: Raw) -> Raw:
    """The values of items that run in step t, and of those that have ended."""
    return running if runs is None else np.where(runs[t], running, ended)


def _silence(factors: Raw, runs: Raw) -> None:
    """No gradient comes from steps after an item's end."""
    if runs is not None:
        factors *= runs.reshape(*runs.shape[:2], *[1] * (factors.ndim - 2))


_MODES = {"rnn_tanh": _plain(False), "rnn_relu": _plain(True), "gru": _gru, "lstm": _lstm}

PULLBACKS = {"recurrent": _differentiated}
OPS = values(PULLBACKS)
