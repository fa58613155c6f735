"""Recurrent cells: one step at a time, or a whole sequence by `unroll`."""

# T time, N batch, C channels of the input, H hidden_size

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

from unideep import ops
from unideep.backend import use_backend
from unideep.block import HybridBlock
from unideep.dtype import DTypeLike
from unideep.errors import ShapeError, check_one_of
from unideep.ops.recurrent import GATES, gru_step, lstm_step, rnn_step
from unideep.rnn.common import (
    Activation,
    States,
    as_function,
    check_lengths,
    check_states,
    each_step,
    gate_parameters,
    place_of,
    wrong_size,
)
from unideep.tensor import Tensor

__all__ = ["GRUCell", "GatedCell", "LSTMCell", "RNNCell", "RecurrentCell"]


class RecurrentCell(HybridBlock):
    """Base of cells: define `forward(x, states) -> (output, states)` and `state_info`.

    Shape:
        x (N, C) -> (N, H); states: a list, most of them (N, H).
    """

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape of each state."""
        raise NotImplementedError(f"{type(self).__name__} does not define state_info")

    def begin_state(
        self, batch_size: int = 0, func: Callable[..., Tensor] = ops.zeros, **kwargs: Any
    ) -> States:
        """First states for a batch.

        Args:
            func: What makes each: called with shape and kwargs (dtype, device, ctx).
        """
        parameters = self._walk("")
        if parameters:
            kwargs.setdefault("dtype", parameters[0][1].dtype)
        with place_of(parameters[0][1]) if parameters else nullcontext():
            return [func(shape=i["shape"], **kwargs) for i in self.state_info(batch_size)]

    def reset(self) -> None:
        """Nothing: a cell keeps nothing between calls. Gluon code calls it."""

    def unroll(
        self,
        length: int | None,
        inputs: Tensor | Sequence[Tensor],
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, States]:
        """The outputs of all steps, and the last states.

        Args:
            length: T, to be checked; None takes as many steps as there are.
            inputs: A tensor in this layout, or a list of T tensors (N, C).
            begin_state: The first states; None for zeros.
            layout: "NTC" or "TNC", of inputs and outputs.
            merge_outputs: True gives one tensor, otherwise they are a list.
            valid_length: (N,): how many steps each item has. Outputs after them are 0, and the last
                states are those after the last step of each item.
        """
        check_one_of("layout", layout, ("NTC", "TNC"))
        is_batch_first = layout == "NTC"
        if not isinstance(inputs, Tensor):
            x = ops.stack(inputs)
        else:
            x = ops.swapaxes(inputs, 0, 1) if is_batch_first else inputs
        time = x.shape[0]
        if length not in (None, time):
            raise ShapeError(f"length is {length}.", got=f"{time} steps")
        lengths = None if valid_length is None else check_lengths(valid_length, x)
        if begin_state is None:
            with use_backend(x.backend):
                begin_state = self.begin_state(x.shape[1], device=x.device)
        y, states = self.read(x, begin_state, lengths)
        if lengths is not None:
            runs = ops.stack([t < lengths for t in range(time)])
            y = ops.where(ops.reshape(runs, (*runs.shape, *[1] * (y.ndim - 2))), y, 0)
        if not merge_outputs:
            return list(ops.unstack(y)), states
        return ops.swapaxes(y, 0, 1) if is_batch_first else y, states

    def read(self, x: Tensor, states: Any, lengths: Tensor | None = None) -> tuple[Tensor, States]:
        """A sequence (T, N, C) from given states; outputs after an item's length are anything."""
        return each_step(self, x, states, lengths)


class GatedCell(RecurrentCell):
    """What cells of dense gates have in common."""

    _state_count = 1

    def __init__(
        self,
        mode: str,
        hidden_size: int,
        initializers: tuple[Any, Any, Any, Any],
        input_size: int,
        dtype: DTypeLike,
        step: Callable[..., tuple[Tensor, ...]],
        is_standard: bool,
        state_size: int | None = None,
    ) -> None:
        super().__init__()
        self._mode, self._hidden_size = mode, hidden_size
        self._step, self._is_standard = step, is_standard
        new = gate_parameters(
            mode, hidden_size, input_size, initializers, dtype, state_size=state_size
        )
        for name, parameter in new.items():
            setattr(self, name, parameter)

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape of each state."""
        info = {"shape": (batch_size, self._hidden_size), "__layout__": "NC"}
        return [info] * self._state_count

    def forward(
        self, x: Tensor, states: Any, lengths: Tensor | None = None
    ) -> tuple[Tensor, States]:
        """The output and the next states of one step, x (N, C), or of a sequence, x (T, N, C)."""
        shape = (x.shape[-2], self._hidden_size)
        states = check_states(states, [shape] * self._state_count, "batch, hidden_size")
        weights = [p.data() for p in self._own.values()]
        if x.ndim == 3:
            others = [*[*states, None][:2], *weights, lengths]
            y, *states = ops.recurrent(x, *others, mode=self._mode)
            return y, states
        i2h_weight, h2h_weight, i2h_bias, h2h_bias = weights
        i2h = ops.fully_connected(x, i2h_weight, i2h_bias)
        h2h = ops.fully_connected(states[0], h2h_weight, h2h_bias)
        new = self._step(i2h, h2h, *states)
        return new[0], list(new)

    def read(self, x: Tensor, states: Any, lengths: Tensor | None = None) -> tuple[Tensor, States]:
        """A sequence, as one operation where the activations are the usual ones."""
        read = self if self._is_standard else super().read
        return read(x, states, lengths)

    def infer_shape(self, x: Tensor, *_: Any) -> None:
        """The input size is that of the last axis."""
        self._own["i2h_weight"].shape = (GATES[self._mode] * self._hidden_size, x.shape[-1])

    def diagnose(self, x: Tensor, *_: Any) -> tuple[str, str] | None:
        """The usual mistake: another input size."""
        return wrong_size((self._own["i2h_weight"].shape or (0, -1))[1], x)

    def _facts(self) -> str:
        size = (self._own["i2h_weight"].shape or (0, 0))[1]
        return f"{size if size > 0 else None} -> {self._hidden_size}"


class RNNCell(GatedCell):
    """One step of a plain recurrent layer: h' = activation(W x + b + U h + d).

    Args:
        hidden_size: H.
        activation: Name of an activation, or a function.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer,
            h2h_bias_initializer: See `unideep.init`.
        input_size: C; 0 infers it at the first call.
        dtype: Of the parameters.

    Shape:
        x (N, C), [h (N, H)] -> (N, H), [h' (N, H)].

    State:
        i2h_weight (H, C), h2h_weight (H, H), i2h_bias and h2h_bias (H,).

    Example:
        >>> from unideep.gluon import rnn
        >>> cell = rnn.RNNCell(5)
        >>> cell.initialize()
        >>> y, states = cell(np.ones((2, 3)), cell.begin_state(2))
        >>> outputs, states = cell.unroll(4, np.ones((2, 4, 3)), merge_outputs=True)
        >>> y.shape, outputs.shape
        ((2, 5), (2, 4, 5))
    """

    def __init__(
        self,
        hidden_size: int,
        activation: Activation = "tanh",
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        dtype: DTypeLike = "float32",
    ) -> None:
        is_standard = activation in ("tanh", "relu")
        super().__init__(
            f"rnn_{activation}" if is_standard else "rnn_tanh", hidden_size,
            (i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer,
             h2h_bias_initializer),
            input_size, dtype, partial(rnn_step, squash=as_function(activation)), is_standard,
        )  # fmt: skip


class _WithTwoActivations(GatedCell):
    """The constructor that LSTMCell and GRUCell share."""

    _kind: tuple[str, Callable[..., tuple[Tensor, ...]]]

    def __init__(
        self,
        hidden_size: int,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        activation: Activation = "tanh",
        recurrent_activation: Activation = "sigmoid",
        dtype: DTypeLike = "float32",
    ) -> None:
        mode, step = self._kind
        functions = {"squash": as_function(activation), "open_": as_function(recurrent_activation)}
        super().__init__(
            mode, hidden_size,
            (i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer,
             h2h_bias_initializer),
            input_size, dtype, partial(step, **functions),
            (activation, recurrent_activation) == ("tanh", "sigmoid"),
        )  # fmt: skip


class LSTMCell(_WithTwoActivations):
    """One step of long short-term memory: see `LSTM` for formulas.

    Args:
        activation: Of the new content and of the cell's output.
        recurrent_activation: Of the gates.
        Others: as `RNNCell`.

    Shape:
        x (N, C), [h (N, H), c (N, H)] -> (N, H), [h', c'].

    State:
        As `RNNCell`, with 4H rows: the gates i, f, g, o one after the other.
    """

    _kind, _state_count = ("lstm", lstm_step), 2


class GRUCell(_WithTwoActivations):
    """One step of gated recurrent units: see `GRU` for formulas.

    Args:
        activation: Of the new content.
        recurrent_activation: Of the gates.
        Others: as `RNNCell`.

    State:
        As `RNNCell`, with 3H rows: the gates r, z, n one after the other.
    """

    _kind = ("gru", gru_step)
