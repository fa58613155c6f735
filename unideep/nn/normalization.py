"""Normalisation layers."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.block import HybridBlock, Parameter
from unideep.dispatch import rebind, scope
from unideep.dtype import DTypeLike, as_dtype
from unideep.tensor import Tensor

__all__ = ["BatchNorm", "LayerNorm"]


class BatchNorm(HybridBlock):
    """γ (x - mean) / √(var + ε) + β for each channel.

    In training mode mean and variance are the batch's, and the running ones move towards them:
    running = momentum · running + (1 - momentum) · batch, with the biased variance. So momentum
    is one minus PyTorch's, and PyTorch's variance is the unbiased one.

    Args:
        axis: The channel axis.
        momentum: Weight of the old running value.
        center, scale: False freezes β or γ at its initial value.
        use_global_stats: Use the running statistics in training as well.
        in_channels: 0 infers it at the first call.

    Shape:
        x (..., C, ...) -> like x.

    State:
        gamma, beta, running_mean, running_var, all (C,); the running ones have no gradient.

    Source:
        Ioffe and Szegedy, 2015, arXiv:1502.03167.
    """

    def __init__(
        self,
        axis: int = 1,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        use_global_stats: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        running_mean_initializer: Any = "zeros",
        running_variance_initializer: Any = "ones",
        in_channels: int = 0,
    ) -> None:
        super().__init__()
        self._axis, self._momentum, self._epsilon = axis, momentum, epsilon
        self._use_global_stats = use_global_stats

        def channel(name: str, init: Any, trained: bool) -> Parameter:
            return Parameter(
                name, shape=(in_channels,), init=init, allow_deferred_init=True,
                differentiable=trained,
            )  # fmt: skip

        self.gamma = channel("gamma", gamma_initializer, scale)
        self.beta = channel("beta", beta_initializer, center)
        self.running_mean = channel("running_mean", running_mean_initializer, False)
        self.running_var = channel("running_var", running_variance_initializer, False)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output; in training mode the running statistics move."""
        gamma, beta = self.gamma.data(), self.beta.data()
        mean, var = self.running_mean.data(), self.running_var.data()
        if not scope.training or self._use_global_stats:
            return ops.batch_norm(x, gamma, beta, mean, var, self._axis, self._epsilon)
        y, batch_mean, batch_var = ops.batch_norm_train(x, gamma, beta, self._axis, self._epsilon)
        self._move(mean, batch_mean)
        self._move(var, batch_var)
        return y

    def _move(self, running: Tensor, batch: Tensor) -> None:
        m = self._momentum
        new = m * running + (1 - m) * ops.stop_gradient(batch).astype(running.dtype, copy=False)
        rebind(running, new)

    def infer_shape(self, x: Tensor) -> None:
        """The channels are those of `axis`."""
        for p in self._own.values():
            p.shape = (x.shape[self._axis],)

    def cast(self, dtype: DTypeLike) -> None:
        """Half precision leaves the statistics in float32, as their sums need it."""
        if as_dtype(dtype).itemsize > 2:
            super().cast(dtype)

    def diagnose(self, x: Tensor) -> tuple[str, str] | None:
        """The usual mistake: another number of channels."""
        (expected,) = self.gamma.shape or (-1,)
        if x.ndim <= self._axis or expected in (-1, x.shape[self._axis]):
            return None
        got = x.shape[self._axis]
        return (
            f"axis {self._axis} of x has {got} channels but in_channels is {expected}.",
            f"in_channels={got}, or axis= the axis that holds the channels.",
        )

    def _facts(self) -> str:
        (channels,) = self.gamma.shape or (None,)
        return f"axis={self._axis}, momentum={self._momentum}, in_channels={channels}"


class LayerNorm(HybridBlock):
    """γ (x - mean) / √(var + ε) + β over one axis of each item.

    Args:
        axis: The axis to normalise.
        center, scale: False freezes β or γ at its initial value.
        in_channels: 0 infers it at the first call.

    Shape:
        x (..., C, ...) -> like x.

    State:
        gamma, beta, both (C,).

    Source:
        Ba et al., 2016, arXiv:1607.06450.
    """

    def __init__(
        self,
        axis: int = -1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        in_channels: int = 0,
    ) -> None:
        super().__init__()
        self._axis, self._epsilon = axis, epsilon
        self.gamma = Parameter(
            "gamma", shape=(in_channels,), init=gamma_initializer, allow_deferred_init=True,
            differentiable=scale,
        )  # fmt: skip
        self.beta = Parameter(
            "beta", shape=(in_channels,), init=beta_initializer, allow_deferred_init=True,
            differentiable=center,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.layer_norm(x, self.gamma.data(), self.beta.data(), self._axis, self._epsilon)

    def infer_shape(self, x: Tensor) -> None:
        """The size is that of `axis`."""
        self.gamma.shape = self.beta.shape = (x.shape[self._axis],)
