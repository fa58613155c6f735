"""Transformer layers in HIPS autograd. Sequences are rows: (B T, U).

B batch, T queries, S keys, U units, H heads, D size of a head.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from autograd.tracer import getval

from .autograd_common import Array, Params, State, anp, dense, relu, tanh


def attention(
    t: State, p: Params, name: str, mask: Array, batch: int, x: Array, memory: Array = None
) -> Array:
    """x (B T, U) -> like x; the mask, which broadcasts to (B, H, S, T), is added to the scores."""
    keys = x if memory is None else memory
    size = x.shape[1] // t.sizes["heads"]

    def heads(part: str, x: Array) -> Array:
        projected = anp.reshape(dense(p, f"{name}.{part}", x), (batch, -1, t.sizes["heads"], size))
        return anp.transpose(projected, (0, 2, 1, 3))

    q, k, v = heads("query", x) * (1 / math.sqrt(size)), heads("key", keys), heads("value", keys)
    scores = k @ anp.swapaxes(q, 2, 3) + mask
    weights = anp.exp(scores - getval(scores).max(axis=2, keepdims=True))
    weights = weights / anp.sum(weights, axis=2, keepdims=True)
    y = anp.transpose(anp.swapaxes(weights, 2, 3) @ v, (0, 2, 1, 3))
    return dense(p, name + ".out", anp.reshape(y, x.shape))


def layer_norm(p: Params, name: str, x: Array) -> Array:
    """Sums and not means, whose gradients autograd computes in float64."""
    share = 1 / x.shape[1]
    centred = x - share * anp.sum(x, axis=1, keepdims=True)
    variance = share * anp.sum(centred * centred, axis=1, keepdims=True)
    return centred / anp.sqrt(variance + 1e-5) * p[name + ".gamma"] + p[name + ".beta"]


def gelu(x: Array) -> Array:
    """The form with tanh."""
    a = math.sqrt(2 / math.pi)
    return 0.5 * x * (1 + tanh(x * (a + 0.044715 * a * (x * x))))


def feed_forward(p: Params, name: str, x: Array, activation: Callable[[Array], Array]) -> Array:
    return dense(p, name + ".out", activation(dense(p, name + ".hidden", x)))


def encoder_layer(t: State, p: Params, name: str, mask: Array, batch: int, x: Array) -> Array:
    """A layer that normalises after each part."""
    x = layer_norm(
        p, name + "attention_norm", x + attention(t, p, name + "attention", mask, batch, x)
    )
    return layer_norm(
        p, name + "feed_forward_norm", x + feed_forward(p, name + "feed_forward", x, relu)
    )
