"""A language model of one recurrent layer, TensorFlow."""

# B batch, T time, C size of the embedding, G gates together, H hidden size

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import tensorflow as tf
from program import Build, Weights

from .tensorflow_common import Params, Tensor, classifier
from .tensorflow_layers import kernels_last, linear

Layer = Callable[[Params, Tensor], Tensor]  # of tensors (T, B, ·)
Pair = tuple[Tensor, Callable[..., Sequence[Tensor]]]


def in_order(order: Sequence[int], weights: Weights) -> Weights:
    """The gates in another order, where none is named the one of the weights."""

    def sort(w: np.ndarray) -> np.ndarray:
        parts = np.split(w, len(order))
        return np.concatenate([parts[i] for i in order])

    return kernels_last({n: sort(w) if "2h" in n else w for n, w in weights.items()})


lstm_gates, gru_gates = partial(in_order, (0, 1, 3, 2)), partial(in_order, (0, 1, 2))


def char_lm(layer: Layer, p: Params, tokens: Tensor) -> Tensor:
    x_TBC = tf.gather(p["embedding.weight"], tf.transpose(tokens))
    y_BTH = tf.transpose(layer(p, x_TBC), (1, 0, 2))
    logits = linear(p, "output", tf.reshape(y_BTH, (-1, y_BTH.shape[2])))
    return tf.reshape(logits, (*tokens.shape, -1))


def project(p: Params, x_TBC: Tensor, bias: Tensor) -> Tensor:
    """The inputs' part of all gates of all steps (T, B, G), by one matmul."""
    rows = tf.reshape(x_TBC, (-1, x_TBC.shape[2]))
    z = tf.nn.bias_add(tf.matmul(rows, p["layers.l0_i2h_weight"]), bias)
    return tf.reshape(z, (*x_TBC.shape[:2], -1))


def lstm_block(p: Params, x_TBC: Tensor) -> Tensor:
    """The kernel of a whole layer; its gates are i g f o."""
    w = tf.concat([p["layers.l0_i2h_weight"], p["layers.l0_h2h_weight"]], 0)
    i, f, o, c = tf.split(w, 4, axis=1)
    bias = p["layers.l0_i2h_bias"] + p["layers.l0_h2h_bias"]
    bi, bf, bo, bc = tf.split(bias, 4)
    time, batch, _ = x_TBC.shape
    zeros, peephole = tf.zeros((batch, i.shape[1])), tf.zeros(i.shape[1])
    return tf.raw_ops.BlockLSTM(
        seq_len_max=tf.constant(time, tf.int64), x=x_TBC, cs_prev=zeros, h_prev=zeros,
        w=tf.concat([i, c, f, o], 1), wci=peephole, wcf=peephole, wco=peephole,
        b=tf.concat([bi, bc, bf, bo], 0), forget_bias=0.0, cell_clip=0.0,
    ).h  # fmt: skip


def lstm_unrolled(p: Params, x_TBC: Tensor) -> Tensor:
    bias = p["layers.l0_i2h_bias"] + p["layers.l0_h2h_bias"]
    return _lstm(project(p, x_TBC, bias), p["layers.l0_h2h_weight"])


@tf.custom_gradient
def _lstm(z_TBG: Tensor, u_HG: Tensor) -> Pair:
    """Gates i f o g. The gradient of the weights is one matmul, not one a step."""
    size = u_HG.shape[0]
    h = c = tf.zeros((z_TBG.shape[1], size))
    outs, kept = [h], []
    for z in tf.unstack(z_TBG):
        z += tf.matmul(h, u_HG)
        i, f, o = tf.split(tf.sigmoid(z[:, : 3 * size]), 3, axis=1)
        g, before = tf.tanh(z[:, 3 * size :]), c
        c = f * c + i * g
        curved = tf.tanh(c)
        h = o * curved
        outs.append(h)
        kept.append((i, f, o, g, before, curved))

    def back(dy_TBH: Tensor) -> Sequence[Tensor]:
        dh = dc = 0.0
        slopes = []
        for dy, (i, f, o, g, before, curved) in zip(
            tf.unstack(dy_TBH)[::-1], kept[::-1], strict=True
        ):
            dh += dy
            dc += dh * o * (1 - curved * curved)
            dz = tf.concat([
                dc * g * i * (1 - i), dc * before * f * (1 - f),
                dh * curved * o * (1 - o), dc * i * (1 - g * g),
            ], 1)  # fmt: skip
            dc *= f
            dh = tf.matmul(dz, u_HG, transpose_b=True)
            slopes.append(dz)
        dz_TBG = tf.stack(slopes[::-1])
        return dz_TBG, _weight_slope(outs, dz_TBG)

    return tf.stack(outs[1:]), back


def _weight_slope(outs: Sequence[Tensor], dz_TBG: Tensor) -> Tensor:
    before, slopes = tf.concat(outs[:-1], 0), tf.reshape(dz_TBG, (-1, dz_TBG.shape[2]))
    return tf.matmul(before, slopes, transpose_a=True)


def gru_unrolled(p: Params, x_TBC: Tensor) -> Tensor:
    z_TBG = project(p, x_TBC, p["layers.l0_i2h_bias"])
    return _gru(z_TBG, p["layers.l0_h2h_weight"], p["layers.l0_h2h_bias"])


@tf.custom_gradient
def _gru(z_TBG: Tensor, u_HG: Tensor, d_G: Tensor) -> Pair:
    """Gates r z n."""
    size = u_HG.shape[0]
    h = tf.zeros((z_TBG.shape[1], size))
    outs, kept = [h], []
    for x in tf.unstack(z_TBG):
        y = tf.nn.bias_add(tf.matmul(h, u_HG), d_G)
        r, z = tf.split(tf.sigmoid(x[:, : 2 * size] + y[:, : 2 * size]), 2, axis=1)
        new = y[:, 2 * size :]
        n = tf.tanh(x[:, 2 * size :] + r * new)
        kept.append((h, r, z, n, new))
        h = n + z * (h - n)
        outs.append(h)

    def back(dy_TBH: Tensor) -> Sequence[Tensor]:
        dh = 0.0
        dx_T, dy_T = [], []
        for dy, (h, r, z, n, new) in zip(tf.unstack(dy_TBH)[::-1], kept[::-1], strict=True):
            dh += dy
            dn = dh * (1 - z) * (1 - n * n)
            gates = [dn * new * r * (1 - r), dh * (h - n) * z * (1 - z)]
            dx_T.append(tf.concat([*gates, dn], 1))
            dy_T.append(tf.concat([*gates, dn * r], 1))
            dh = dh * z + tf.matmul(dy_T[-1], u_HG, transpose_b=True)
        slopes = tf.stack(dy_T[::-1])
        return tf.stack(dx_T[::-1]), _weight_slope(outs, slopes), tf.reduce_sum(slopes, (0, 1))

    return tf.stack(outs[1:]), back


def variants(layer: Layer, convert: Callable[[Weights], Weights]) -> dict[str, Build]:
    return classifier(partial(char_lm, layer), convert).variants()
