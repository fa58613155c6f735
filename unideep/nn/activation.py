"""Activation functions as layers."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.block import HybridBlock, Parameter
from unideep.errors import check_one_of
from unideep.init import Constant
from unideep.tensor import Tensor

__all__ = [
    "ELU", "GELU", "SELU", "Activation", "LeakyReLU", "PReLU", "SiLU", "Swish",
]  # fmt: skip


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


class PReLU(HybridBlock):
    """x where positive, α · x elsewhere, with a trained α.

    Args:
        alpha_initializer: Default: 0.25.
        in_channels: 1 for one α, or the size of axis 1 for one for each channel.

    Shape:
        x (N, C, ...) -> like x.

    State:
        alpha (in_channels,).

    Source:
        He et al., 2015, arXiv:1502.01852.
    """

    def __init__(self, alpha_initializer: Any = None, in_channels: int = 1) -> None:
        super().__init__()
        init = Constant(0.25) if alpha_initializer is None else alpha_initializer
        self.alpha = Parameter("alpha", shape=(in_channels,), init=init)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        alpha = self.alpha.data()
        if alpha.size > 1 and x.ndim > 2:
            alpha = ops.reshape(alpha, (-1, *(1,) * (x.ndim - 2)))
        return ops.where(x > 0, x, alpha * x)

    def diagnose(self, x: Tensor) -> tuple[str, str] | None:
        """The usual mistake: another number of channels."""
        (channels,) = self.alpha.shape or (1,)
        return (
            f"x has shape {x.shape} but in_channels is {channels}.",
            "in_channels= the size of axis 1, or 1.",
        )

    def _facts(self) -> str:
        return f"in_channels={(self.alpha.shape or (None,))[0]}"


class ELU(HybridBlock):
    """x where positive, α (exp(x) - 1) elsewhere.

    Source:
        Clevert et al., 2015, arXiv:1511.07289.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self._alpha = alpha

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.elu(x, self._alpha)

    def _facts(self) -> str:
        return f"alpha={self._alpha}"


class SELU(HybridBlock):
    """The self-normalising `ELU`.

    Source:
        Klambauer et al., 2017, arXiv:1706.02515.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.selu(x)


class GELU(HybridBlock):
    """x Φ(x), with Φ the normal distribution function.

    Args:
        approximation: "erf" is exact, "tanh" is not.

    Source:
        Hendrycks and Gimpel, 2016, arXiv:1606.08415.
    """

    def __init__(self, approximation: str = "erf") -> None:
        super().__init__()
        check_one_of("approximation", approximation, ("erf", "tanh"))
        self._approximation = approximation

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.gelu(x, self._approximation)

    def _facts(self) -> str:
        return self._approximation


class Swish(HybridBlock):
    """x σ(β x).

    Source:
        Ramachandran et al., 2017, arXiv:1710.05941.
    """

    def __init__(self, beta: float = 1.0) -> None:
        super().__init__()
        self._beta = beta

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.silu(x) if self._beta == 1.0 else x * ops.sigmoid(self._beta * x)

    def _facts(self) -> str:
        return f"beta={self._beta}"


class SiLU(HybridBlock):
    """x σ(x): `Swish` with β = 1."""

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.silu(x)
