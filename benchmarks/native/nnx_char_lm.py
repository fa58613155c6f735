"""A language model of one recurrent layer, Flax NNX."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from flax import nnx
from jax import Array
from program import Build, Weights
from workloads import Sizes

from .jax_layers import channels_last
from .nnx_common import variants

CELLS = {"lstm": (nnx.OptimizedLSTMCell, 4), "gru": (nnx.GRUCell, 3)}
UNROLL = 4


class CharLM(nnx.Module):
    """A cell has one bias; here both of its layers have one, as those that it is compared with."""

    def __init__(self, mode: str, sizes: Sizes, rngs: nnx.Rngs) -> None:
        kind, gates = CELLS[mode]
        inputs, units = sizes["embedding"], sizes["units"]
        self.embedding = nnx.Embed(sizes["vocabulary"], inputs, rngs=rngs)
        cell = kind(inputs, units, rngs=rngs)
        cell.dense_i = nnx.Linear(inputs, gates * units, rngs=rngs)
        cell.dense_h = nnx.Linear(units, gates * units, rngs=rngs)
        self.layers = nnx.RNN(cell, unroll=UNROLL, rngs=False)
        self.output = nnx.Linear(units, sizes["vocabulary"], rngs=rngs)

    def __call__(self, tokens: Array) -> Array:
        x = self.embedding(tokens)
        states: Any = self.layers(x, rngs=nnx.Rngs(0))  # zeros; a cell asks for it all the same
        return self.output(states)


def convert(weights: Weights) -> dict[str, np.ndarray]:
    """With the names of the cell's parts."""
    places = {"l0_i2h_": "cell.dense_i.", "l0_h2h_": "cell.dense_h."}
    converted = channels_last(weights)
    for old, new in places.items():
        converted = {name.replace(old, new): w for name, w in converted.items()}
    return converted


def builds(mode: str) -> dict[str, Build]:
    return variants(partial(CharLM, mode), convert=convert)
