"""Recurrent layers as loops that XLA compiles, differentiated by hand.

32 steps of an LSTM, one operation after the other, cost 65 ms; a loop of the graph 13, in XLA 4.
Going back, the derivatives of all steps are found at once, as factors of the gradient that comes,
and each gradient of weights is one product.
"""

# T time, N batch, C channels of the input, H size of the state, G size of all gates

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import tensorflow as tf
from tensorflow.python.eager.record import (
    could_possibly_record,
    record_operation,
    should_record_backprop,
    stop_recording,
)

from unideep.autograd.rules import by_definition
from unideep_tensorflow.common import Tensor

Tensors = tuple[Tensor, ...]


def recurrent(
    x: Tensor, h: Tensor, c: Tensor | None, i2h_weight: Tensor, h2h_weight: Tensor,
    i2h_bias: Tensor, h2h_bias: Tensor, lengths: Tensor | None = None, *, mode: str,
) -> tuple[Tensor, ...]:  # fmt: skip
    """The outputs of all steps, then the last states."""
    raws = (x, h, c, i2h_weight, h2h_weight, i2h_bias, h2h_bias, lengths)
    tensors = [r for r in raws[:7] if r is not None]
    with stop_recording():
        (*outs,), kept = _run(_forward, mode, raws)
    if should_record_backprop(tensors):

        def back(*grads: Tensor) -> list[Tensor]:
            if could_possibly_record():  # this gradient is to be differentiated
                return _by_definition(raws, mode, tensors, grads)
            grads = (*grads, None)[:3]
            return list(_run(_backward, mode, (*raws, outs[0], *kept, *grads)))

        record_operation("recurrent", outs, tensors, back)
    return tuple(outs)


def _by_definition(raws: Tensors, mode: str, tensors: list[Tensor], grads: Tensors) -> Any:
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(tensors)
        outs = by_definition("recurrent", "tensorflow", raws, {"mode": mode})
    return tape.gradient(outs, tensors, list(grads), tf.UnconnectedGradients.ZERO)


def _run(function: Callable[..., Any], mode: str, raws: Sequence[Tensor | None]) -> Any:
    """`function` by XLA."""
    specs = tuple(None if r is None else (tuple(r.shape), r.dtype) for r in raws)
    return _program(function, mode, specs)(*(r for r in raws if r is not None))


@lru_cache(maxsize=256)
def _program(function: Callable[..., Any], mode: str, specs: tuple[Any, ...]) -> Any:
    def call(*given: Tensor) -> Any:
        rest = iter(given)
        return function(mode, *(None if s is None else next(rest) for s in specs))

    compiled = tf.function(call, autograph=False, jit_compile=True)
    return compiled.get_concrete_function(*(tf.TensorSpec(*s) for s in specs if s is not None))


def _forward(
    mode: str, x: Tensor, h: Tensor, c: Tensor, w_GC: Tensor, u_GH: Tensor, b_G: Tensor,
    d_G: Tensor, lengths: Tensor,
) -> tuple[Tensors, Tensors]:  # fmt: skip
    """Outputs with last states, and what the way back needs.

    Steps after an item's end run like the others; what they give is thrown away.
    """
    z_MG = tf.matmul(_rows(x), w_GC, transpose_b=True) + b_G
    z_TNG = tf.reshape(z_MG if mode == "gru" else z_MG + d_G, (*x.shape[:2], -1))
    firsts = (h,) if c is None else (h, c)
    size = h.shape[1]
    step, widths = _STEPS[mode]
    last, kept = _scan(
        lambda t, h, *c: step(z_TNG[t], tf.matmul(h, u_GH, transpose_b=True), d_G, h, *c),
        firsts, x.shape[0], [size, *(n * size for n in widths)],
    )  # fmt: skip
    y, *kept = kept
    if lengths is not None:
        states = (y, *kept[1:])
        last = tuple(_last(a, b, lengths) for a, b in zip(firsts, states, strict=False))
        y = tf.where(_runs(y, lengths), y, tf.zeros((), y.dtype))
    return (y, *last), tuple(kept)


def _scan(
    step: Callable[..., tuple[Tensors, Tensors]], states: Tensors, time: int, widths: list[int],
    reverse: bool = False,
) -> tuple[Tensors, list[Tensor]]:  # fmt: skip
    """The last states, and what the steps gave, of these widths, along a first axis."""
    batch, dtype = states[0].shape[0], states[0].dtype
    arrays = [tf.TensorArray(dtype, time, element_shape=(batch, n)) for n in widths]

    def body(k: Tensor, states: Tensors, arrays: list[Any]) -> Any:
        t = time - 1 - k if reverse else k
        states, outs = step(t, *states)
        return k + 1, states, [a.write(t, out) for a, out in zip(arrays, outs, strict=True)]

    _, states, arrays = tf.while_loop(
        lambda k, *_: k < time, body, (0, states, arrays), maximum_iterations=time
    )
    return states, [a.stack() for a in arrays]


def _plain(squash: Any, z: Tensor, s: Tensor, _: Tensor, h: Tensor) -> tuple[Tensors, Tensors]:
    h = squash(z + s)
    return (h,), (h,)


def _gru(z: Tensor, s: Tensor, d_G: Tensor, h: Tensor) -> tuple[Tensors, Tensors]:
    (z_r, z_u, z_n), (s_r, s_u, s_n) = tf.split(z, 3, -1), tf.split(s + d_G, 3, -1)
    reset, update = tf.sigmoid(z_r + s_r), tf.sigmoid(z_u + s_u)
    new = tf.tanh(z_n + reset * s_n)
    h = new + update * (h - new)
    return (h,), (h, tf.concat([reset, update, new], -1), s_n)


def _lstm(z: Tensor, s: Tensor, _: Tensor, h: Tensor, c: Tensor) -> tuple[Tensors, Tensors]:
    i, f, g, o = tf.split(z + s, 4, -1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    c = f * c + i * g
    h = o * tf.tanh(c)
    return (h, c), (h, tf.concat([i, f, g, o], -1), c)


_STEPS = {
    "rnn_tanh": (partial(_plain, tf.tanh), []),
    "rnn_relu": (partial(_plain, tf.nn.relu), []),
    "gru": (_gru, [3, 1]),
    "lstm": (_lstm, [4, 1]),
}
"""Each mode's step, and what it keeps beside its output, in sizes of the state."""


def _backward(
    mode: str, x: Tensor, h: Tensor, c: Tensor, w_GC: Tensor, u_GH: Tensor, b_G: Tensor,
    d_G: Tensor, lengths: Tensor, y: Tensor, *rest: Tensor,
) -> Tensors:  # fmt: skip
    """The gradients of all but the lengths, None where there is no such argument."""
    *kept, g_TNH, dh, dc = rest
    runs = None if lengths is None else _runs(y, lengths)
    before_TNH = tf.concat([h[None], y[:-1]], 0)
    g_TNH = _silent(g_TNH, runs)
    if mode == "lstm":
        i_TNG, dh, dc = _lstm_back(g_TNH, dh, dc, c, u_GH, runs, *kept)
        s_TNG = i_TNG
    elif mode == "gru":
        i_TNG, s_TNG, dh = _gru_back(g_TNH, dh, u_GH, runs, before_TNH, *kept)
    else:
        i_TNG, dh = _plain_back(mode, g_TNH, dh, u_GH, runs, y)
        s_TNG = i_TNG
    i_MG, s_MG = _rows(i_TNG), _rows(s_TNG)
    weights = [
        tf.matmul(i_MG, _rows(x), transpose_a=True),
        tf.matmul(s_MG, _rows(before_TNH), transpose_a=True),
        tf.reduce_sum(i_MG, 0),
        tf.reduce_sum(s_MG, 0),
    ]
    states = (dh,) if c is None else (dh, dc)
    return (tf.reshape(tf.matmul(i_MG, w_GC), x.shape), *states, *weights)


def _plain_back(
    mode: str, g_TNH: Tensor, dh: Tensor, u_GH: Tensor, runs: Tensor | None, y: Tensor
) -> tuple[Tensor, Tensor]:
    k_TNH = tf.cast(y > 0, y.dtype) if mode == "rnn_relu" else 1 - y * y
    k_TNH = _silent(k_TNH, runs)

    def step(t: Tensor, dh: Tensor) -> tuple[Tensors, Tensors]:
        dh = dh + g_TNH[t]
        i = k_TNH[t] * dh
        return (_chosen(runs, t, tf.matmul(i, u_GH), dh),), (i,)

    (dh,), (i_TNG,) = _scan(step, (dh,), y.shape[0], [y.shape[2]], reverse=True)
    return i_TNG, dh


def _gru_back(
    g_TNH: Tensor, dh: Tensor, u_GH: Tensor, runs: Tensor | None, before_TNH: Tensor,
    gates: Tensor, s_TNH: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    reset, update, new = tf.split(gates, 3, -1)
    k_n = _silent((1 - update) * (1 - new * new), runs)
    k_u = _silent((before_TNH - new) * update * (1 - update), runs)
    k_r = k_n * s_TNH * reset * (1 - reset)
    k_TNG = tf.concat([k_r, k_u, k_n * reset], -1)

    def step(t: Tensor, dh: Tensor) -> tuple[Tensors, Tensors]:
        dh = dh + g_TNH[t]
        s = k_TNG[t] * tf.concat([dh, dh, dh], -1)
        running = tf.matmul(s, u_GH) + dh * update[t]
        return (_chosen(runs, t, running, dh),), (s, dh)

    size = dh.shape[1]
    (dh,), (s_TNG, d_TNH) = _scan(step, (dh,), gates.shape[0], [3 * size, size], reverse=True)
    return tf.concat([s_TNG[..., : 2 * size], k_n * d_TNH], -1), s_TNG, dh


def _lstm_back(
    g_TNH: Tensor, dh: Tensor, dc: Tensor, c: Tensor, u_GH: Tensor, runs: Tensor | None,
    gates: Tensor, c_TNH: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    i, f, g, o = tf.split(gates, 4, -1)
    before, q = tf.concat([c[None], c_TNH[:-1]], 0), tf.tanh(c_TNH)
    of_c = [g * i * (1 - i), before * f * (1 - f), i * (1 - g * g)]
    k_TNG = _silent(tf.concat([*of_c, q * o * (1 - o)], -1), runs)
    into_c = _silent(o * (1 - q * q), runs)

    def step(t: Tensor, dh: Tensor, dc: Tensor) -> tuple[Tensors, Tensors]:
        dh = dh + g_TNH[t]
        dc = dc + dh * into_c[t]
        i = k_TNG[t] * tf.concat([dc, dc, dc, dh], -1)
        new = _chosen(runs, t, tf.matmul(i, u_GH), dh), _chosen(runs, t, dc * f[t], dc)
        return new, (i,)

    (dh, dc), (i_TNG,) = _scan(step, (dh, dc), gates.shape[0], [gates.shape[2]], reverse=True)
    return i_TNG, dh, dc


def _rows(x_TNX: Tensor) -> Tensor:
    return tf.reshape(x_TNX, (-1, x_TNX.shape[2]))


def _runs(y: Tensor, lengths: Tensor) -> Tensor:
    """(T, N, 1): whether an item has a step."""
    return (tf.range(y.shape[0], dtype=lengths.dtype)[:, None] < lengths)[:, :, None]


def _last(first: Tensor, state_TNH: Tensor, lengths: Tensor) -> Tensor:
    """The state after the last step of each item."""
    states_NTH = tf.transpose(tf.concat([first[None], state_TNH], 0), (1, 0, 2))
    return tf.gather(states_NTH, lengths, axis=1, batch_dims=1)


def _chosen(runs: Tensor | None, t: Tensor, running: Tensor, ended: Tensor) -> Tensor:
    """The values of items that run in step t, and of those that have ended."""
    return running if runs is None else tf.where(runs[t], running, ended)


def _silent(factors: Tensor, runs: Tensor | None) -> Tensor:
    """No gradient comes from steps after an item's end."""
    return factors if runs is None else tf.where(runs, factors, tf.zeros((), factors.dtype))


OPS = {"recurrent": recurrent}
