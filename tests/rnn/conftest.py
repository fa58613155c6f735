"""PyTorch's recurrent layers beside ours, with the same weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest

from unideep.gluon import rnn

KINDS = {"weight_ih": "i2h_weight", "weight_hh": "h2h_weight", "bias_ih": "i2h_bias",
         "bias_hh": "h2h_bias"}  # fmt: skip

MODES = {
    "rnn_relu": (rnn.RNN, "RNN", {"nonlinearity": "relu"}),
    "rnn_tanh": (rnn.RNN, "RNN", {"nonlinearity": "tanh"}),
    "lstm": (rnn.LSTM, "LSTM", {}),
    "gru": (rnn.GRU, "GRU", {}),
}


@pytest.fixture
def pair_of() -> Callable[..., tuple[Any, Any]]:
    """A layer of ours and PyTorch's: `pair_of(mode, C, H, num_layers=..., bidirectional=...)`."""
    torch = pytest.importorskip("torch")

    def pair(mode: str, inputs: int, size: int, **options: Any) -> tuple[Any, Any]:
        ours, name, more = MODES[mode]
        torch.manual_seed(0)
        theirs = getattr(torch.nn, name)(inputs, size, **options, **more)
        if more:
            options["activation"] = more["nonlinearity"]
        layer = ours(size, **options)
        layer.load_dict(named(dict(theirs.named_parameters())))
        return layer, theirs

    return pair


@pytest.fixture
def gradients_of() -> Callable[[Any], dict[str, numpy.ndarray]]:
    """The gradients of PyTorch's weights under our names."""
    return lambda module: named({n: p.grad for n, p in module.named_parameters()})


def named(found: dict[str, Any]) -> dict[str, numpy.ndarray]:
    """`weight_ih_l0_reverse` is our `r0_i2h_weight`."""
    names = {}
    for name in found:
        kind, _, rest = name.partition("_l")
        number, _, reverse = rest.partition("_")
        names[name] = f"{'r' if reverse else 'l'}{number}_{KINDS[kind]}"
    return {names[n]: t.detach().numpy() for n, t in found.items()}
