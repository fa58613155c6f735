"""Recurrent layers in TensorFlow, with gradients by hand."""

# B batch, T time, C size of the input, G gates together, H hidden size

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from .tensorflow_common import Params, Tensor
from .tensorflow_scan import Scan, States

Pair = tuple[Tensor, Callable[..., Sequence[Tensor]]]


def lstm(scan: Scan, p: Params, x_TBC: Tensor) -> Tensor:
    bias = p["layers.l0_i2h_bias"] + p["layers.l0_h2h_bias"]
    return _lstm(scan)(project(p, x_TBC, bias), p["layers.l0_h2h_weight"])


def gru(scan: Scan, p: Params, x_TBC: Tensor) -> Tensor:
    z_TBG = project(p, x_TBC, p["layers.l0_i2h_bias"])
    return _gru(scan)(z_TBG, p["layers.l0_h2h_weight"], p["layers.l0_h2h_bias"])


def project(p: Params, x_TBC: Tensor, bias: Tensor) -> Tensor:
    """The inputs' part of all gates of all steps (T, B, G), by one matmul."""
    rows = tf.reshape(x_TBC, (-1, x_TBC.shape[2]))
    z = tf.nn.bias_add(tf.matmul(rows, p["layers.l0_i2h_weight"]), bias)
    return tf.reshape(z, (*x_TBC.shape[:2], -1))


def _lstm(scan: Scan) -> Any:
    """(z (T, B, G), u (H, G)) -> (T, B, H), gates i f o g."""

    @tf.custom_gradient
    def layer(z_TBG: Tensor, u_HG: Tensor) -> Pair:
        size = u_HG.shape[0]
        zeros = tf.zeros((z_TBG.shape[1], size))

        def step(states: States, now: States) -> States:
            z = now[0] + tf.matmul(states[0], u_HG)
            ifo, g = tf.sigmoid(z[:, : 3 * size]), tf.tanh(z[:, 3 * size :])
            i, f, o = tf.split(ifo, 3, axis=1)
            c = f * states[1] + i * g
            curved = tf.tanh(c)
            return o * curved, c, ifo, g, curved

        start = zeros, zeros, tf.concat([zeros] * 3, 1), zeros, zeros
        h_TBH, c_TBH, *kept = scan(step, (z_TBG,), start)

        def step_back(states: States, now: States) -> States:
            dh, dc, _ = states
            dy, before, ifo, g, curved = now
            i, f, o = tf.split(ifo, 3, axis=1)
            dh += dy
            dc += dh * o * (1 - curved * curved)
            d_ifo = tf.concat([dc * g, dc * before, dh * curved], 1) * ifo * (1 - ifo)
            dz = tf.concat([d_ifo, dc * i * (1 - g * g)], 1)
            return tf.matmul(dz, u_HG, transpose_b=True), dc * f, dz

        def back(dy_TBH: Tensor) -> Sequence[Tensor]:
            start = zeros, zeros, tf.zeros_like(z_TBG[0])
            elements = dy_TBH, _shifted(c_TBH), *kept
            dz_TBG = scan(step_back, elements, start, reverse=True)[2]
            return dz_TBG, _weight_slope(h_TBH, dz_TBG)

        return h_TBH, back

    return layer


def _gru(scan: Scan) -> Any:
    """(x (T, B, G), u (H, G), d (G,)) -> (T, B, H), gates r z n."""

    @tf.custom_gradient
    def layer(x_TBG: Tensor, u_HG: Tensor, d_G: Tensor) -> Pair:
        size = u_HG.shape[0]
        zeros = tf.zeros((x_TBG.shape[1], size))

        def step(states: States, now: States) -> States:
            h, x = states[0], now[0]
            y = tf.nn.bias_add(tf.matmul(h, u_HG), d_G)
            rz = tf.sigmoid(x[:, : 2 * size] + y[:, : 2 * size])
            r, z = tf.split(rz, 2, axis=1)
            new = y[:, 2 * size :]
            n = tf.tanh(x[:, 2 * size :] + r * new)
            return n + z * (h - n), rz, n, new

        h_TBH, *kept = scan(step, (x_TBG,), (zeros, tf.concat([zeros] * 2, 1), zeros, zeros))

        def step_back(states: States, now: States) -> States:
            dy, before, rz, n, new = now
            r, z = tf.split(rz, 2, axis=1)
            dh = states[0] + dy
            dn = dh * (1 - z) * (1 - n * n)
            d_rz = tf.concat([dn * new, dh * (before - n)], 1) * rz * (1 - rz)
            d_own = tf.concat([d_rz, dn * r], 1)
            return dh * z + tf.matmul(d_own, u_HG, transpose_b=True), d_own, dn

        def back(dy_TBH: Tensor) -> Sequence[Tensor]:
            start = zeros, tf.zeros_like(x_TBG[0]), zeros
            elements = dy_TBH, _shifted(h_TBH), *kept
            _, d_own, dn = scan(step_back, elements, start, reverse=True)
            dx_TBG = tf.concat([d_own[:, :, : 2 * size], dn], 2)
            return dx_TBG, _weight_slope(h_TBH, d_own), tf.reduce_sum(d_own, (0, 1))

        return h_TBH, back

    return layer


def _shifted(x_TBH: Tensor) -> Tensor:
    """What was there before each step."""
    return tf.concat([tf.zeros_like(x_TBH[:1]), x_TBH[:-1]], 0)


def _weight_slope(h_TBH: Tensor, dz_TBG: Tensor) -> Tensor:
    """The gradient of the hidden states' weights: one matmul, not one a step."""
    before = tf.reshape(_shifted(h_TBH), (-1, h_TBH.shape[2]))
    return tf.matmul(before, tf.reshape(dz_TBG, (-1, dz_TBG.shape[2])), transpose_a=True)
