"""Cells made of other cells, and around them."""

# T time, N batch, C channels of the input, H size of the output

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from unideep import ops
from unideep.autograd import is_training
from unideep.errors import ShapeError, UniDeepError
from unideep.nn import HybridSequential
from unideep.rnn.cell import RecurrentCell
from unideep.rnn.common import States, each_step
from unideep.tensor import Tensor

__all__ = [
    "BidirectionalCell",
    "DropoutCell",
    "ResidualCell",
    "SequentialRNNCell",
    "VariationalDropoutCell",
    "ZoneoutCell",
]


class _Several(RecurrentCell):
    """A cell whose states are those of its children, one after the other."""

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape of each state."""
        return [info for cell in self._cells() for info in cell.state_info(batch_size)]

    def _cells(self) -> list[Any]:
        return list(self._children.values())

    def _shared_out(self, states: Any) -> list[States]:
        """The states of each child."""
        counts = [len(cell.state_info()) for cell in self._cells()]
        if len(states) != sum(counts):
            raise ShapeError(
                f"the cells have {sum(counts)} states.",
                got=str(len(states)),
                fix="begin_state(batch_size) makes them.",
            )
        rest = iter(states)
        return [list(islice(rest, count)) for count in counts]


class SequentialRNNCell(_Several, HybridSequential):
    """Cells one above the other: each reads the outputs of the one below.

    Example:
        >>> from unideep.gluon import rnn
        >>> stack = rnn.SequentialRNNCell()
        >>> stack.add(rnn.LSTMCell(4), rnn.DropoutCell(0.5), rnn.GRUCell(3))
        >>> stack.initialize()
        >>> y, states = stack(np.ones((2, 5)), stack.begin_state(2))
        >>> y.shape, len(states)
        ((2, 3), 3)
    """

    def forward(self, x: Tensor, states: Any) -> tuple[Tensor, States]:
        """One step through all cells."""
        return self._through(lambda cell, x, own: cell(x, own), x, states)

    def read(self, x: Tensor, states: Any, lengths: Tensor | None = None) -> tuple[Tensor, States]:
        """The whole sequence through one cell after the other."""
        return self._through(lambda cell, x, own: cell.read(x, own, lengths), x, states)

    def _through(
        self, call: Callable[..., tuple[Tensor, States]], x: Tensor, states: Any
    ) -> tuple[Tensor, States]:
        last: States = []
        for cell, own in zip(self._cells(), self._shared_out(states), strict=True):
            x, new = call(cell, x, own)
            last += new
        return x, last


class BidirectionalCell(_Several):
    """Two cells on the same sequence, one of them from its end: `unroll` only.

    Args:
        l_cell, r_cell: For the steps in order, and in reverse order.

    Shape:
        x (N, T, C) -> (N, T, H of l_cell + H of r_cell).
    """

    def __init__(self, l_cell: RecurrentCell, r_cell: RecurrentCell) -> None:
        super().__init__()
        self.l_cell, self.r_cell = l_cell, r_cell

    def forward(self, x: Tensor, states: Any) -> tuple[Tensor, States]:
        """There is no single step."""
        raise UniDeepError(
            "a BidirectionalCell reads whole sequences, not single steps.", fix="unroll(...)."
        )

    def read(self, x: Tensor, states: Any, lengths: Tensor | None = None) -> tuple[Tensor, States]:
        """Both directions; their outputs stand side by side."""
        l_states, r_states = self._shared_out(states)
        l_y, l_last = self.l_cell.read(x, l_states, lengths)
        r_y, r_last = self.r_cell.read(ops.sequence_reverse(x, lengths), r_states, lengths)
        return ops.concat([l_y, ops.sequence_reverse(r_y, lengths)], 2), l_last + r_last


class DropoutCell(RecurrentCell):
    """Dropout of its input, between cells of a `SequentialRNNCell`.

    Args:
        rate, axes: See `nn.Dropout`.
    """

    def __init__(self, rate: float, axes: tuple[int, ...] = ()) -> None:
        super().__init__()
        self._rate, self._axes = rate, tuple(axes)

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """No state."""
        return []

    def forward(self, x: Tensor, states: Any) -> tuple[Tensor, States]:
        """One step."""
        return ops.dropout(x, self._rate, self._axes), list(states)

    def read(self, x: Tensor, states: Any, lengths: Tensor | None = None) -> tuple[Tensor, States]:
        """A whole sequence; each step makes its own decisions."""
        return ops.dropout(x, self._rate, tuple(a + 1 for a in self._axes)), list(states)

    def _facts(self) -> str:
        return f"rate={self._rate}" + (f", axes={self._axes}" if self._axes else "")


class ResidualCell(_Several):
    """The output of a cell plus its input.

    Source:
        He et al., 2015, arXiv:1512.03385; on recurrent cells: Wu et al., 2016, arXiv:1609.08144.
    """

    def __init__(self, base_cell: RecurrentCell) -> None:
        super().__init__()
        self.base_cell = base_cell

    def forward(self, x: Tensor, states: Any) -> tuple[Tensor, States]:
        """One step."""
        y, states = self.base_cell(x, states)
        return y + x, states

    def read(self, x: Tensor, states: Any, lengths: Tensor | None = None) -> tuple[Tensor, States]:
        """A whole sequence."""
        y, states = self.base_cell.read(x, states, lengths)
        return y + x, states


class VariationalDropoutCell(RecurrentCell):
    """Dropout around a cell whose decisions hold for all steps of a sequence: train by `unroll`.

    Args:
        base_cell: The cell.
        drop_inputs, drop_states, drop_outputs: Probability of an element of the input, of the first
            state and of the output to be dropped.

    Source:
        Gal and Ghahramani, 2015, arXiv:1512.05287.
    """

    def __init__(
        self,
        base_cell: RecurrentCell,
        drop_inputs: float = 0.0,
        drop_states: float = 0.0,
        drop_outputs: float = 0.0,
    ) -> None:
        super().__init__()
        self.base_cell = base_cell
        self._inputs, self._states, self._outputs = drop_inputs, drop_states, drop_outputs

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape of each state."""
        return self.base_cell.state_info(batch_size)

    def forward(self, x: Tensor, states: Any) -> tuple[Tensor, States]:
        """One step, out of training: in it nothing is known of the decisions made before."""
        if is_training():
            raise UniDeepError(
                "in training a VariationalDropoutCell reads whole sequences, as its decisions "
                "hold for all steps.",
                fix="unroll(...), or a DropoutCell and a ZoneoutCell for single steps.",
            )
        return self.base_cell(x, states)

    def read(self, x: Tensor, states: Any, lengths: Tensor | None = None) -> tuple[Tensor, States]:
        """A whole sequence."""
        x = ops.dropout(x, self._inputs, (0,))
        if self._states:
            factor = ops.dropout(ops.ones_like(states[0]), self._states)

            def step(x: Tensor, states: Any) -> tuple[Tensor, States]:
                return self.base_cell(x, [states[0] * factor, *states[1:]])

            y, states = each_step(step, x, states, lengths)
        else:
            y, states = self.base_cell.read(x, states, lengths)
        return ops.dropout(y, self._outputs, (0,)), states

    def _facts(self) -> str:
        return f"inputs={self._inputs}, states={self._states}, outputs={self._outputs}"


class ZoneoutCell(RecurrentCell):
    """In training, outputs and states stay at random what they were a step before.

    Args:
        base_cell: The cell.
        zoneout_outputs, zoneout_states: Probability of an element to stay. With the first, the last
            output is one more state.

    Source:
        Krueger et al., 2016, arXiv:1606.01305.
    """

    def __init__(
        self, base_cell: RecurrentCell, zoneout_outputs: float = 0.0, zoneout_states: float = 0.0
    ) -> None:
        super().__init__()
        self.base_cell = base_cell
        self._outputs, self._states = zoneout_outputs, zoneout_states

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape of each state."""
        infos = self.base_cell.state_info(batch_size)
        return infos + infos[:1] if self._outputs else infos

    def forward(self, x: Tensor, states: Any) -> tuple[Tensor, States]:
        """One step."""
        own, before = (states[:-1], states[-1]) if self._outputs else (states, None)
        y, new = self.base_cell(x, own)
        new = [_mixed(a, b, self._states) for a, b in zip(new, own, strict=True)]
        if before is not None:
            y = _mixed(y, before, self._outputs)
            new.append(y)
        return y, new

    def _facts(self) -> str:
        return f"outputs={self._outputs}, states={self._states}"


def _mixed(new: Tensor, old: Tensor, rate: float) -> Tensor:
    """In training, old with this probability, else new."""
    return ops.where(ops.dropout(ops.ones_like(new), rate) > 0, new, old) if rate else new
