"""Recurrent cells over images and the like: the products with weights are convolutions."""

# N batch, C channels of the input, O hidden_channels, G gates, *S space, *S' space of the state,
# *K kernel

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.block import Parameter
from unideep.errors import ArgumentError, ShapeError
from unideep.nn.layout import Size, Spatial
from unideep.ops.recurrent import gru_step, lstm_step, rnn_step
from unideep.rnn.cell import RecurrentCell
from unideep.rnn.common import Activation, States, as_function, check_states
from unideep.tensor import Tensor

__all__ = [
    "Conv1DGRUCell", "Conv1DLSTMCell", "Conv1DRNNCell",
    "Conv2DGRUCell", "Conv2DLSTMCell", "Conv2DRNNCell",
    "Conv3DGRUCell", "Conv3DLSTMCell", "Conv3DRNNCell",
]  # fmt: skip


class _ConvCell(RecurrentCell, Spatial):
    """What the nine cells share."""

    _gates, _state_count = 1, 1

    def __init__(
        self,
        input_shape: tuple[int, ...],
        hidden_channels: int,
        i2h_kernel: Size,
        h2h_kernel: Size,
        i2h_pad: Size = 0,
        i2h_dilate: Size = 1,
        h2h_dilate: Size = 1,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        conv_layout: str | None = None,
        activation: Activation = "tanh",
    ) -> None:
        super().__init__(conv_layout)
        self._input_shape = tuple(input_shape)
        channels, *space = self._input_shape
        i2h, h2h = self._sizes(i2h_kernel), self._sizes(h2h_kernel)
        self._sizes(space)
        if not all(k % 2 for k in h2h):
            raise ArgumentError(
                "h2h_kernel is odd, so that the state keeps its size.", got=f"h2h_kernel {h2h}"
            )
        pads, dilations = self._sizes(i2h_pad), self._sizes(i2h_dilate)
        own = self._sizes(h2h_dilate)
        self._i2h: dict[str, Any] = {"padding": pads, "dilation": dilations}
        same = tuple(d * (k // 2) for d, k in zip(own, h2h, strict=True))
        self._h2h: dict[str, Any] = {"padding": same, "dilation": own}
        sizes = zip(space, pads, dilations, i2h, strict=True)
        self._state_shape = (hidden_channels, *(s + 2 * p - d * (k - 1) for s, p, d, k in sizes))
        self._squash = as_function(activation)
        rows = self._gates * hidden_channels
        self.i2h_weight = Parameter(shape=(rows, channels, *i2h), init=i2h_weight_initializer)
        self.h2h_weight = Parameter(
            shape=(rows, hidden_channels, *h2h), init=h2h_weight_initializer
        )
        self.i2h_bias = Parameter(shape=(rows,), init=i2h_bias_initializer)
        self.h2h_bias = Parameter(shape=(rows,), init=h2h_bias_initializer)

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape of each state."""
        shape = (batch_size, *self._state_shape)
        return [{"shape": shape, "__layout__": self.layout}] * self._state_count

    def forward(self, x: Tensor, states: Any) -> tuple[Tensor, States]:
        """The output and the next states of one step."""
        if x.shape[1:] != self._input_shape:
            raise ShapeError("the shape of x is another than input_shape.")
        shapes = [info["shape"] for info in self.state_info(x.shape[0])]
        states = check_states(states, shapes, "batch, hidden_channels, space")
        i2h = ops.convolution(x, self.i2h_weight.data(), self.i2h_bias.data(), **self._i2h)
        h2h = ops.convolution(states[0], self.h2h_weight.data(), self.h2h_bias.data(), **self._h2h)
        new = self._step(i2h, h2h, *states)
        return new[0], list(new)

    def _step(self, i2h: Tensor, h2h: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        raise NotImplementedError

    def diagnose(self, x: Tensor, *_: Any) -> tuple[str, str] | None:
        """The usual mistake: another input."""
        if x.shape[1:] == self._input_shape:
            return None
        return (
            f"an item has the shape {x.shape[1:]} but input_shape is {self._input_shape}.",
            f"input_shape={x.shape[1:]}: {self.layout} without N.",
        )

    def _facts(self) -> str:
        return f"{self._input_shape} -> {self._state_shape}"


class _ConvRNN(_ConvCell):
    def _step(self, i2h: Tensor, h2h: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        return rnn_step(i2h, h2h, *states, squash=self._squash)


class _ConvLSTM(_ConvCell):
    _gates, _state_count = 4, 2

    def _step(self, i2h: Tensor, h2h: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        return lstm_step(i2h, h2h, *states, squash=self._squash, axis=1)


class _ConvGRU(_ConvCell):
    _gates = 3

    def _step(self, i2h: Tensor, h2h: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        return gru_step(i2h, h2h, *states, squash=self._squash, axis=1)


class Conv1DRNNCell(_ConvRNN):
    """One step of a plain recurrent layer whose products are convolutions along one axis.

    Args:
        input_shape: (C, *S), of an item at one step.
        hidden_channels: O.
        i2h_kernel, i2h_pad, i2h_dilate: Of the convolution of the input.
        h2h_kernel, h2h_dilate: Of that of the state, which keeps its size: the kernel is odd.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer,
            h2h_bias_initializer: See `unideep.init`.
        conv_layout: The one that the class knows.
        activation: Name of an activation, or a function.

    Shape:
        x (N, C, *S), [h (N, O, *S')] -> (N, O, *S'), [h'].

    State:
        i2h_weight (G O, C, *K), h2h_weight (G O, O, *K), i2h_bias and h2h_bias (G O,); G = 1.
    """

    layout = "NCW"


class Conv2DRNNCell(_ConvRNN):
    """`Conv1DRNNCell` over images."""

    layout = "NCHW"


class Conv3DRNNCell(_ConvRNN):
    """`Conv1DRNNCell` over three axes."""

    layout = "NCDHW"


class Conv1DLSTMCell(_ConvLSTM):
    """One step of long short-term memory whose products are convolutions along one axis.

    Args:
        As `Conv1DRNNCell`; activation is that of the new content and of the cell's output.

    Shape:
        x (N, C, *S), [h (N, O, *S'), c (N, O, *S')] -> (N, O, *S'), [h', c'].

    State:
        As `Conv1DRNNCell` with G = 4: the gates i, f, g, o one after the other.

    Source:
        Shi et al., 2015, "Convolutional LSTM network", arXiv:1506.04214, without peepholes.

    Example:
        >>> from unideep.gluon import rnn
        >>> cell = rnn.Conv2DLSTMCell((3, 8, 8), 5, i2h_kernel=3, h2h_kernel=3, i2h_pad=1)
        >>> cell.initialize()
        >>> y, states = cell.unroll(4, np.ones((2, 4, 3, 8, 8)), merge_outputs=True)
        >>> y.shape, len(states)
        ((2, 4, 5, 8, 8), 2)
    """

    layout = "NCW"


class Conv2DLSTMCell(_ConvLSTM):
    """`Conv1DLSTMCell` over images."""

    layout = "NCHW"


class Conv3DLSTMCell(_ConvLSTM):
    """`Conv1DLSTMCell` over three axes."""

    layout = "NCDHW"


class Conv1DGRUCell(_ConvGRU):
    """One step of gated recurrent units whose products are convolutions along one axis.

    Args:
        As `Conv1DRNNCell`; activation is that of the new content.

    State:
        As `Conv1DRNNCell` with G = 3: the gates r, z, n one after the other.
    """

    layout = "NCW"


class Conv2DGRUCell(_ConvGRU):
    """`Conv1DGRUCell` over images."""

    layout = "NCHW"


class Conv3DGRUCell(_ConvGRU):
    """`Conv1DGRUCell` over three axes."""

    layout = "NCDHW"
