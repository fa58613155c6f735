"""Recurrent layers over whole sequences."""

# T time, N batch, C channels of the input, H hidden_size, D directions, L layers

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unideep import ops
from unideep.backend import use_backend
from unideep.block import HybridBlock
from unideep.dtype import DTypeLike
from unideep.errors import ArgumentError, ShapeError, check_one_of
from unideep.ops.recurrent import GATES
from unideep.rnn.common import check_lengths, check_states, gate_parameters, place_of, wrong_size
from unideep.tensor import Tensor

__all__ = ["GRU", "LSTM", "RNN"]


class _Recurrent(HybridBlock):
    """What the three have in common: parameters, directions, layers, states."""

    _state_count = 1

    def __init__(
        self,
        mode: str,
        hidden_size: int,
        num_layers: int,
        layout: str,
        dropout: float,
        bidirectional: bool,
        initializers: tuple[Any, Any, Any, Any],
        input_size: int,
        dtype: DTypeLike,
        use_sequence_length: bool,
    ) -> None:
        super().__init__()
        check_one_of("layout", layout, ("TNC", "NTC"))
        if not 0 <= dropout < 1:
            raise ArgumentError(
                f"dropout is {dropout}.", fix="a probability from 0 up to, not with, 1."
            )
        self._mode, self._hidden_size, self._num_layers = mode, hidden_size, num_layers
        self._layout, self._dropout = layout, dropout
        self._use_sequence_length = use_sequence_length
        self._sides = "lr" if bidirectional else "l"
        for layer in range(num_layers):
            inputs = len(self._sides) * hidden_size if layer else input_size
            for side in self._sides:
                new = gate_parameters(
                    mode, hidden_size, inputs, initializers, dtype, f"{side}{layer}_"
                )
                for name, parameter in new.items():
                    setattr(self, name, parameter)

    def forward(
        self, x: Tensor, states: Any = None, sequence_length: Any = None
    ) -> Tensor | tuple[Tensor, list[Tensor]]:
        """The outputs of all steps; with the last states as well where first ones are given.

        Args:
            states: A list of (L·D, N, H): [h], or [h, c] for an LSTM; a tensor if it is one alone.
                None stands for zeros.
            sequence_length: (N,): how many steps each item has. The outputs after them are 0, the
                last states are those after the last step of each item, and the reverse direction
                begins there.
        """
        if x.ndim != 3:
            raise ShapeError("a recurrent layer takes sequences of vectors.", got=f"x {x.shape}")
        x_TNC = x if self._layout == "TNC" else ops.swapaxes(x, 0, 1)
        first = self._first_states(x_TNC, states)
        lengths = self._lengths(x_TNC, sequence_length)
        last: list[tuple[Tensor, ...]] = []
        for layer in range(self._num_layers):
            if layer:
                x_TNC = ops.dropout(x_TNC, self._dropout)
            outputs: list[Tensor] = []
            for side in self._sides:
                y_TNH, *new = self._run_side(f"{side}{layer}", x_TNC, first[len(last)], lengths)
                outputs.append(y_TNH)
                last.append(tuple(new))
            x_TNC = outputs[0] if len(outputs) == 1 else ops.concat(outputs, 2)
        y = x_TNC if self._layout == "TNC" else ops.swapaxes(x_TNC, 0, 1)
        if states is None:
            return y
        return y, [ops.stack(parts) for parts in zip(*last, strict=True)]

    def _run_side(
        self, name: str, x: Tensor, states: Sequence[Tensor], lengths: Tensor | None
    ) -> Any:
        """One layer in one direction."""
        kinds = ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias")
        weights = [self._own[f"{name}_{kind}"].data() for kind in kinds]
        h, c = states if len(states) == 2 else (states[0], None)
        others = [h, c, *weights, lengths]
        if name.startswith("l"):
            return ops.recurrent(x, *others, mode=self._mode)
        y, *last = ops.recurrent(ops.sequence_reverse(x, lengths), *others, mode=self._mode)
        return ops.sequence_reverse(y, lengths), *last

    def _first_states(self, x: Tensor, states: Any) -> list[list[Tensor]]:
        """For each layer and direction its states, each (N, H)."""
        count = self._num_layers * len(self._sides)
        shape = (count, x.shape[1], self._hidden_size)
        if states is None:
            with use_backend(x.backend):
                zeros = ops.zeros(shape[1:], self._own["l0_h2h_weight"].dtype, device=x.device)
            return [[zeros] * self._state_count] * count
        states = check_states(
            states, [shape] * self._state_count, "layers · directions, batch, hidden_size"
        )
        return [list(parts) for parts in zip(*map(ops.unstack, states), strict=True)]

    def _lengths(self, x: Tensor, lengths: Any) -> Tensor | None:
        if lengths is None:
            if self._use_sequence_length:
                raise ArgumentError(
                    "this layer was made with use_sequence_length=True and got no lengths.",
                    fix="layer(x, states, sequence_length), where states may be None.",
                )
            return None
        return check_lengths(lengths, x)

    def begin_state(
        self, batch_size: int = 0, func: Callable[..., Tensor] = ops.zeros, **kwargs: Any
    ) -> list[Tensor]:
        """First states for a batch.

        Args:
            func: What makes each: called with shape, dtype and kwargs (device, ctx).
        """
        shape = (self._num_layers * len(self._sides), batch_size, self._hidden_size)
        weight = self._own["l0_h2h_weight"]
        kwargs.setdefault("dtype", weight.dtype)
        with place_of(weight):
            return [func(shape=shape, **kwargs) for _ in range(self._state_count)]

    def infer_shape(self, x: Tensor, *_: Any) -> None:
        """The input size is that of the last axis."""
        size = GATES[self._mode] * self._hidden_size
        for side in self._sides:
            self._own[f"{side}0_i2h_weight"].shape = (size, x.shape[2])

    def diagnose(self, x: Tensor, *_: Any) -> tuple[str, str] | None:
        """The usual mistake: another input size."""
        expected = (self._own["l0_i2h_weight"].shape or (0, -1))[1]
        return wrong_size(expected, x) if x.ndim == 3 else None

    def _facts(self) -> str:
        size = (self._own["l0_i2h_weight"].shape or (0, 0))[1]
        layers = f", {self._num_layers} layers" if self._num_layers > 1 else ""
        both = ", bidirectional" if len(self._sides) == 2 else ""
        inputs = size if size > 0 else None
        return f"{inputs} -> {self._hidden_size}, {self._layout}{layers}{both}"


class RNN(_Recurrent):
    """Plain recurrent layers: h' = activation(W x + b + U h + d).

    Args:
        hidden_size: H.
        num_layers: L: each layer reads the outputs of the one below.
        activation: "relu" or "tanh".
        layout: Of x and the output: "TNC" or "NTC".
        dropout: Probability of an output to be dropped on its way to the next layer, in training.
        bidirectional: Whether a second set of weights reads the steps in reverse order. Its
            outputs stand beside those of the first.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer,
            h2h_bias_initializer: See `unideep.init`.
        input_size: C; 0 infers it at the first call.
        dtype: Of the parameters.
        use_sequence_length: Whether a call must give lengths. They are taken in any case.

    Shape:
        x (T, N, C) -> (T, N, D·H); states (L·D, N, H).

    State:
        {l,r}{layer}_i2h_weight (H, C), _h2h_weight (H, H), _i2h_bias and _h2h_bias (H,).

    Example:
        >>> from unideep.gluon import rnn
        >>> layer = rnn.RNN(5, layout="NTC")
        >>> layer.initialize()
        >>> y, (h,) = layer(np.ones((2, 7, 3)), layer.begin_state(2))
        >>> y.shape, h.shape
        ((2, 7, 5), (1, 2, 5))
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        activation: str = "relu",
        layout: str = "TNC",
        dropout: float = 0.0,
        bidirectional: bool = False,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        dtype: DTypeLike = "float32",
        use_sequence_length: bool = False,
    ) -> None:
        check_one_of("activation", activation, ("relu", "tanh"))
        super().__init__(
            f"rnn_{activation}", hidden_size, num_layers, layout, dropout, bidirectional,
            (i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer,
             h2h_bias_initializer),
            input_size, dtype, use_sequence_length,
        )  # fmt: skip


class _Gated(_Recurrent):
    """The constructor that LSTM and GRU share."""

    _mode_name: str

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        layout: str = "TNC",
        dropout: float = 0.0,
        bidirectional: bool = False,
        input_size: int = 0,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        dtype: DTypeLike = "float32",
        use_sequence_length: bool = False,
    ) -> None:
        super().__init__(
            self._mode_name, hidden_size, num_layers, layout, dropout, bidirectional,
            (i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer,
             h2h_bias_initializer),
            input_size, dtype, use_sequence_length,
        )  # fmt: skip


class LSTM(_Gated):
    """Layers of long short-term memory.

    i, f, g, o = σ, σ, tanh, σ of W x + b + U h + d;  c' = f c + i g;  h' = o tanh(c').

    Args, Shape:
        As `RNN`, without an activation. The states are [h, c].

    State:
        As `RNN`, with 4H rows: the gates i, f, g, o one after the other.

    Source:
        Hochreiter and Schmidhuber, 1997; the forget gate: Gers et al., 2000.

    Example:
        >>> from unideep.gluon import rnn
        >>> layer = rnn.LSTM(5, num_layers=2, bidirectional=True)
        >>> layer.initialize()
        >>> layer(np.ones((7, 2, 3))).shape
        (7, 2, 10)
    """

    _mode_name, _state_count = "lstm", 2


class GRU(_Gated):
    """Layers of gated recurrent units.

    r, z = σ of W x + b + U h + d;  n = tanh(W x + b + r (U h + d));  h' = (1 - z) n + z h.

    Args, Shape:
        As `RNN`, without an activation.

    State:
        As `RNN`, with 3H rows: the gates r, z, n one after the other.

    Source:
        Cho et al., 2014, arXiv:1406.1078, with the reset gate after the product, as in cuDNN.
    """

    _mode_name = "gru"
