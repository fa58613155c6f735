"""Activation functions as layers."""

from __future__ import annotations

from unideep import ops
from unideep.block import HybridBlock
from unideep.tensor import Tensor

__all__ = ["Activation", "LeakyReLU"]


class Activation(HybridBlock):
    """An activation function by its name.

    Args:
        activation: relu, sigmoid, tanh, softrelu, softsign, log_sigmoid, mish, silu, gelu.

    Raises:
        UnknownNameError: at the first call; lists the known names.
    """

    def __init__(self, activation: str) -> None:
        super().__init__()
        self._activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.activation(x, self._activation)

    def _facts(self) -> str:
        return self._activation


class LeakyReLU(HybridBlock):
    """x where positive, alpha · x elsewhere.

    Source:
        Maas et al., 2013, "Rectifier nonlinearities improve neural network acoustic models".
    """

    def __init__(self, alpha: float = 0.01) -> None:
        super().__init__()
        self._alpha = alpha

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.leaky_relu(x, self._alpha)

    def _facts(self) -> str:
        return f"alpha={self._alpha}"
