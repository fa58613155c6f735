"""A cell whose output is smaller than its memory."""

# N batch, C channels of the input, H hidden_size, P projection_size

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.block import Parameter
from unideep.dtype import DTypeLike
from unideep.ops.recurrent import lstm_step
from unideep.rnn.cell import GatedCell
from unideep.rnn.common import States, check_states
from unideep.tensor import Tensor

__all__ = ["LSTMPCell"]


class LSTMPCell(GatedCell):
    """One step of long short-term memory with a projection: r' = W h', and r' is what is read next.

    Args:
        hidden_size: H.
        projection_size: P.
        h2r_weight_initializer: Of the projection.
        Others: as `RNNCell`.

    Shape:
        x (N, C), [r (N, P), c (N, H)] -> (N, P), [r', c'].

    State:
        i2h_weight (4H, C), h2h_weight (4H, P), i2h_bias and h2h_bias (4H,), h2r_weight (P, H).

    Source:
        Sak, Senior and Beaufays, 2014, arXiv:1402.1128.

    Example:
        >>> from unideep.gluon import rnn
        >>> cell = rnn.LSTMPCell(6, projection_size=2)
        >>> cell.initialize()
        >>> y, (r, c) = cell(np.ones((3, 5)), cell.begin_state(3))
        >>> y.shape, r.shape, c.shape
        ((3, 2), (3, 2), (3, 6))
    """

    def __init__(
        self,
        hidden_size: int,
        projection_size: int,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        h2r_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        dtype: DTypeLike = "float32",
    ) -> None:
        super().__init__(
            "lstm", hidden_size,
            (i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer,
             h2h_bias_initializer),
            input_size, dtype, lstm_step, is_standard=False, state_size=projection_size,
        )  # fmt: skip
        self._projection_size = projection_size
        self.h2r_weight = Parameter(
            "h2r_weight",
            shape=(projection_size, hidden_size),
            dtype=dtype,
            init=h2r_weight_initializer,
        )

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape of each state."""
        sizes = self._projection_size, self._hidden_size
        return [{"shape": (batch_size, size), "__layout__": "NC"} for size in sizes]

    def forward(self, x: Tensor, states: Any) -> tuple[Tensor, States]:
        """The output and the next states of one step."""
        shapes = [info["shape"] for info in self.state_info(x.shape[0])]
        r, c = check_states(states, shapes, "batch, projection_size or hidden_size")
        i2h_weight, h2h_weight, i2h_bias, h2h_bias, h2r_weight = (
            p.data() for p in self._own.values()
        )
        i2h = ops.fully_connected(x, i2h_weight, i2h_bias)
        h, c = lstm_step(i2h, ops.fully_connected(r, h2h_weight, h2h_bias), r, c)
        r = ops.fully_connected(h, h2r_weight)
        return r, [r, c]

    def _facts(self) -> str:
        return f"{super()._facts()} -> {self._projection_size}"
