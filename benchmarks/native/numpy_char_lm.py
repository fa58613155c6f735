"""A language model of one recurrent layer with its backward pass, NumPy.

A step is a matrix (rows, B), with a row for each unit of each gate: gates are contiguous pieces.
T time, B batch, E embedding, H units, G rows of all gates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy import ndarray
from program import Build, Weights

from .numpy_common import Backward, State, chain, classify, variants
from .numpy_layers import dense, embedding

# cell(t, inputs (T, G, B)) -> states (T + 1, H, B), and from the gradient of all but the first of
# them those of the inputs and of what the states were multiplied to.
Cell = Callable[[State, ndarray], tuple[ndarray, Callable[[ndarray], tuple[ndarray, ndarray]]]]


def char_lm(cell: Cell, gates: int, orders: Mapping[str, Sequence[int]]) -> dict[str, Build]:
    """The ways to run one.

    Args:
        orders: "i2h" and "h2h" -> the gates in the order in which the cell keeps them.
    """

    def convert(weights: Weights) -> Weights:
        new = dict(weights)
        for side, order in orders.items():
            for part in ("weight", "bias"):
                name = f"layers.l0_{side}_{part}"
                pieces = np.split(weights[name], gates)
                new[name] = np.concatenate([pieces[i] for i in order])
        return new

    return variants(*classify(partial(net, cell)), convert)


def net(cell: Cell, t: State, tokens: ndarray) -> tuple[ndarray, Backward]:
    batch, length = tokens.shape
    return chain(
        tokens.T,
        partial(embedding, t, "embedding"),
        partial(as_columns, batch),
        partial(recurrent, cell, t),
        as_rows,
        partial(dense, t, "output"),
        lambda x: (x.reshape(length, batch, -1).swapaxes(0, 1), time_first),
    )


def time_first(g: ndarray) -> ndarray:
    return g.swapaxes(0, 1).reshape(-1, g.shape[2])


def as_columns(batch: int, x: ndarray) -> tuple[ndarray, Backward]:
    """(T B, E) -> (T, E, B)"""
    return x.reshape(-1, batch, x.shape[1]).swapaxes(1, 2), lambda g: as_rows(g)[0]


def as_rows(x: ndarray) -> tuple[ndarray, Backward]:
    """(T, E, B) -> (T B, E)"""
    rows = x.swapaxes(1, 2).reshape(-1, x.shape[1])
    return rows, lambda g: as_columns(x.shape[2], g)[0]


def recurrent(cell: Cell, t: State, x: ndarray) -> tuple[ndarray, Backward]:
    """x (T, E, B) -> (T, H, B)"""
    w = t.p["layers.l0_i2h_weight"]
    inputs = w @ x
    inputs += t.p["layers.l0_i2h_bias"][:, None]
    states, back = cell(t, inputs)

    def backward(g: ndarray) -> ndarray:
        for side, gradient, source in zip(("i2h", "h2h"), back(g), (x, states[:-1]), strict=True):
            flat = gradient.swapaxes(0, 1).reshape(gradient.shape[1], -1)
            np.matmul(flat, as_rows(source)[0], out=t.g[f"layers.l0_{side}_weight"])
            np.sum(flat, axis=1, out=t.g[f"layers.l0_{side}_bias"])
            if side == "i2h":
                g = w.T @ gradient
        return g

    return states[1:], backward
