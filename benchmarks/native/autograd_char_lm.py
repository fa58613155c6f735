"""A language model of one recurrent layer, HIPS autograd.

T time, B batch, V vocabulary, H units, G gates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from autograd.extend import defvjp, primitive
from program import Build

from .autograd_common import Array, Params, State, anp, classify, dense, one_hot, variants

# cell(i2h (B, G H), h2h (B, G H), states) -> states, the first of which is the output
Cell = Callable[[Array, Array, tuple[Array, ...]], tuple[Array, ...]]


def char_lm(cell: Cell, states: int) -> dict[str, Build]:
    """The ways to run one.

    Args:
        states: How many states the cell has.
    """
    return variants(*classify(partial(net, cell, states)))


def net(cell: Cell, count: int, t: State, p: Params, tokens: Array) -> Array:
    """Each word is projected once: far fewer than there are tokens."""
    table, weights = p["embedding.weight"], p["layers.l0_h2h_weight"].T
    words = table @ p["layers.l0_i2h_weight"].T + p["layers.l0_i2h_bias"]
    bias = p["layers.l0_h2h_bias"]
    states = (np.zeros((len(tokens), weights.shape[0]), table.dtype),) * count
    outputs = []
    chosen = one_hot(tokens.T.ravel(), table.shape[0], table.dtype)
    for i2h in split(chosen @ words, tokens.shape[1], 0):
        states = cell(i2h, states[0] @ weights + bias, states)
        outputs.append(states[0])
    logits = dense(p, "output", anp.concatenate(outputs))
    return anp.swapaxes(anp.reshape(logits, (*tokens.T.shape, -1)), 0, 1)


@primitive
def split(x: np.ndarray, count: int, axis: int) -> tuple[np.ndarray, ...]:
    """The rows of each step, or the columns of each gate."""
    return tuple(np.split(x, count, axis))


def _joined(_: Any, x: Any, count: int, axis: int) -> Callable[[Any], np.ndarray]:
    return lambda g: np.concatenate(list(g), axis)


defvjp(split, _joined, argnums=(0,))
