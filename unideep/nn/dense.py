"""The fully connected layer."""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.block import HybridBlock, Parameter
from unideep.dtype import DTypeLike
from unideep.tensor import Tensor

__all__ = ["Dense"]


class Dense(HybridBlock):
    """y = activation(x Wᵀ + b).

    Args:
        units: Size of the output.
        activation: Name of an activation, or None.
        use_bias: Whether there is a bias.
        flatten: Whether all axes but the first become one. False applies the layer to the last
            axis of each position.
        dtype: Of weight and bias.
        weight_initializer, bias_initializer: See `unideep.init`.
        in_units: Size of the input; 0 infers it at the first call.

    Shape:
        x (N, ...) -> (N, units), or with flatten=False x (..., in_units) -> (..., units).

    State:
        weight (units, in_units), bias (units,).

    Example:
        >>> layer = nn.Dense(3, flatten=False)
        >>> layer.initialize()
        >>> layer(np.ones((2, 5, 4))).shape
        (2, 5, 3)
    """

    def __init__(
        self,
        units: int,
        activation: str | None = None,
        use_bias: bool = True,
        flatten: bool = True,
        dtype: DTypeLike = "float32",
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_units: int = 0,
    ) -> None:
        super().__init__()
        self._units, self._in_units = units, in_units
        self._flatten, self._activation = flatten, activation
        self.weight = Parameter(
            "weight", shape=(units, in_units), dtype=dtype, init=weight_initializer,
            allow_deferred_init=True,
        )  # fmt: skip
        self.bias = None
        if use_bias:
            self.bias = Parameter("bias", shape=(units,), dtype=dtype, init=bias_initializer)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        if self._flatten and x.ndim != 2:
            x = ops.reshape(x, (x.shape[0], -1))
        bias = None if self.bias is None else self.bias.data()
        y = ops.fully_connected(x, self.weight.data(), bias)
        return y if self._activation is None else ops.activation(y, self._activation)

    def infer_shape(self, x: Tensor) -> None:
        """The input size is that of the last axis, or of all axes but the first."""
        self.weight.shape = (self._units, self._inputs(x))

    def _inputs(self, x: Tensor) -> int:
        return math.prod(x.shape[1:]) if self._flatten else x.shape[-1]

    def diagnose(self, x: Tensor) -> tuple[str, str] | None:
        """The usual mistake: another input size."""
        expected, got = (self.weight.shape or (0, 0))[1], self._inputs(x)
        if expected in (got, -1):
            return None
        which = "all axes of x but the first have" if self._flatten else "the last axis of x has"
        return (
            f"{which} {got} elements but in_units is {expected}.",
            f"Dense({self._units}, in_units={got}), or in_units=0 to infer it at the first call.",
        )

    def _facts(self) -> str:
        size = (self.weight.shape or (0, 0))[1]
        return f"{size if size > 0 else None} -> {self._units}, {self._activation or 'linear'}"
