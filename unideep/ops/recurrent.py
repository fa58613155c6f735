"""Recurrent layers: a sequence read step by step into a state.

Gates stand one after the other along the last axis, in the order of cuDNN: reset, update, new in a
GRU; input, forget, cell, output in an LSTM. Each gate has a bias on either side, and the reset gate
acts on the product with the state, so that products of all gates are one.
"""

# T time, N batch, C channels of the input, H size of the state, G size of all gates: 1, 3 or 4 H

from __future__ import annotations

from collections.abc import Callable

from unideep import ops
from unideep.op import Index, composite
from unideep.tensor import Tensor

__all__ = ["recurrent", "sequence_reverse"]

States = tuple[Tensor, ...]
Squash = Callable[[Tensor], Tensor]

GATES = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}
"""How many gates each mode has."""


def rnn_step(i2h: Tensor, h2h: Tensor, h: Tensor, squash: Squash) -> States:
    """One step of a plain recurrent layer (Elman, 1990)."""
    return (squash(i2h + h2h),)


def gru_step(
    i2h: Tensor, h2h: Tensor, h: Tensor,
    squash: Squash = ops.tanh, open_: Squash = ops.sigmoid, axis: int = -1,
) -> States:  # fmt: skip
    """One step of gated recurrent units (Cho et al., 2014, arXiv:1406.1078)."""
    i_reset, i_update, i_new = ops.split(i2h, 3, axis)
    h_reset, h_update, h_new = ops.split(h2h, 3, axis)
    reset, update = open_(i_reset + h_reset), open_(i_update + h_update)
    new = squash(i_new + reset * h_new)
    return (new + update * (h - new),)


def lstm_step(
    i2h: Tensor, h2h: Tensor, h: Tensor, c: Tensor,
    squash: Squash = ops.tanh, open_: Squash = ops.sigmoid, axis: int = -1,
) -> States:  # fmt: skip
    """One step of long short-term memory (Hochreiter and Schmidhuber, 1997; Gers et al., 2000)."""
    i, f, g, o = ops.split(i2h + h2h, 4, axis)
    c = open_(f) * c + open_(i) * squash(g)
    return open_(o) * squash(c), c


_STEPS: dict[str, Callable[..., States]] = {
    "rnn_tanh": lambda i2h, h2h, h: rnn_step(i2h, h2h, h, ops.tanh),
    "rnn_relu": lambda i2h, h2h, h: rnn_step(i2h, h2h, h, ops.relu),
    "gru": gru_step,
    "lstm": lstm_step,
}


@composite()
def recurrent(
    x: Tensor,
    h: Tensor,
    c: Tensor | None,
    i2h_weight: Tensor,
    h2h_weight: Tensor,
    i2h_bias: Tensor,
    h2h_bias: Tensor,
    lengths: Index | None = None,
    /,
    mode: str = "lstm",
) -> States:
    """One layer in one direction: the outputs of all steps, then the last states.

    Args:
        c: The cell state, of the mode "lstm" alone.
        lengths: How many steps each item has. After them the outputs are 0 and the states stay.
        mode: "rnn_tanh", "rnn_relu", "gru" or "lstm".

    Shape:
        x (T, N, C), h and c (N, H), i2h_weight (G, C), h2h_weight (G, H), biases (G,),
        lengths (N,) -> (T, N, H), (N, H), and for "lstm" (N, H).
    """
    i2h_TNG = ops.fully_connected(x, i2h_weight, i2h_bias)
    states = (h,) if c is None else (h, c)
    outputs: list[Tensor] = []
    for t, i2h in enumerate(ops.unstack(i2h_TNG)):
        h2h = ops.fully_connected(states[0], h2h_weight, h2h_bias)
        new = _STEPS[mode](i2h, h2h, *states)
        if lengths is None:
            states = new
            outputs.append(new[0])
        else:
            runs = ops.expand_dims(lengths > t, 1)
            states = tuple(ops.where(runs, a, b) for a, b in zip(new, states, strict=True))
            outputs.append(ops.where(runs, new[0], 0.0))
    return ops.stack(outputs), *states


def sequence_reverse(x: Tensor, lengths: Tensor | None = None) -> Tensor:
    """x with its steps in reverse order; those after an item's length stay where they are.

    Shape:
        x (T, N, ...), lengths (N,) -> like x.
    """
    if lengths is None:
        return ops.flip(x, 0)
    t = ops.expand_dims(ops.iota(x, length=x.shape[0], dtype="int64"), 1)
    lengths = lengths.astype("int64", copy=False)
    source = ops.where(t < lengths, lengths - 1 - t, t)
    return x[source, ops.iota(x, length=x.shape[1], dtype="int64")]
