"""Normalisation layers."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.block import HybridBlock, Parameter
from unideep.dispatch import rebind, scope
from unideep.dtype import DTypeLike, as_dtype
from unideep.errors import ShapeError
from unideep.tensor import Tensor

__all__ = ["BatchNorm", "GroupNorm", "InstanceNorm", "LayerNorm", "RMSNorm"]


class _Norm(HybridBlock):
    """What all share: parameters of one value for each channel.

    Args:
        parameters: Initializer of each, and whether it is trained.
    """

    gamma: Parameter

    def __init__(
        self, axis: int, epsilon: float, channels: int, **parameters: tuple[Any, bool]
    ) -> None:
        super().__init__()
        self._axis, self._epsilon = axis, epsilon
        for name, (init, is_trained) in parameters.items():
            parameter = Parameter(
                name, shape=(channels,), init=init, allow_deferred_init=True,
                differentiable=is_trained,
            )  # fmt: skip
            setattr(self, name, parameter)

    def infer_shape(self, x: Tensor) -> None:
        """The channels are those of `axis`."""
        for p in self._own.values():
            p.shape = (x.shape[self._axis],)

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
        (channels,) = self.gamma.shape or (-1,)
        return f"axis={self._axis}, in_channels={channels if channels > 0 else None}"


class BatchNorm(_Norm):
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

    beta: Parameter
    running_mean: Parameter
    running_var: Parameter

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
        super().__init__(
            axis, epsilon, in_channels,
            gamma=(gamma_initializer, scale), beta=(beta_initializer, center),
            running_mean=(running_mean_initializer, False),
            running_var=(running_variance_initializer, False),
        )  # fmt: skip
        self._momentum, self._use_global_stats = momentum, use_global_stats

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
        batch = ops.stop_gradient(batch)
        if batch.dtype is not running.dtype:
            batch = batch.astype(running.dtype)
        rebind(running, ops.moving_average(running, batch, self._momentum))

    def cast(self, dtype: DTypeLike) -> None:
        """Half precision leaves the statistics in float32, as their sums need it."""
        if as_dtype(dtype).itemsize > 2:
            super().cast(dtype)

    def _facts(self) -> str:
        return f"{super()._facts()}, momentum={self._momentum}"


class LayerNorm(_Norm):
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

    beta: Parameter

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
        super().__init__(
            axis, epsilon, in_channels,
            gamma=(gamma_initializer, scale), beta=(beta_initializer, center),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.layer_norm(x, self.gamma.data(), self.beta.data(), self._axis, self._epsilon)


class RMSNorm(_Norm):
    """γ x / √(mean(x²) + ε) over one axis of each item: a `LayerNorm` that keeps the mean.

    Args:
        axis: The axis to normalise.
        scale: False freezes γ at its initial value.
        in_channels: 0 infers it at the first call.

    Shape:
        x (..., C, ...) -> like x.

    State:
        gamma (C,).

    Source:
        Zhang and Sennrich, 2019, arXiv:1910.07467.

    Example:
        >>> layer = nn.RMSNorm()
        >>> layer.initialize()
        >>> layer(np.array([[3.0, -3.0]])).asnumpy().round(3)
        array([[ 1., -1.]], dtype=float32)
    """

    def __init__(
        self,
        axis: int = -1,
        epsilon: float = 1e-6,
        scale: bool = True,
        gamma_initializer: Any = "ones",
        in_channels: int = 0,
    ) -> None:
        super().__init__(axis, epsilon, in_channels, gamma=(gamma_initializer, scale))

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.rms_norm(x, self.gamma.data(), self._axis, self._epsilon)


class GroupNorm(_Norm):
    """γ (x - mean) / √(var + ε) + β with the statistics of each group of channels of each item.

    Args:
        num_groups: Into how many groups the channels are split; a divisor of their number.
        center, scale: False freezes β or γ at its initial value.
        in_channels: 0 infers it at the first call.

    Shape:
        x (N, C, ...) -> like x.

    State:
        gamma, beta, both (C,).

    Raises:
        ShapeError: the channels cannot be split so.

    Source:
        Wu and He, 2018, arXiv:1803.08494.
    """

    beta: Parameter

    def __init__(
        self,
        num_groups: int = 1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        in_channels: int = 0,
    ) -> None:
        super().__init__(
            1, epsilon, in_channels,
            gamma=(gamma_initializer, scale), beta=(beta_initializer, center),
        )  # fmt: skip
        self._groups = num_groups

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        if x.shape[1] % self._groups:  # a reshape would mix channels in silence
            raise ShapeError(
                f"{x.shape[1]} channels cannot be split into {self._groups} groups.",
                fix="num_groups that divides the channels; channels are axis 1.",
            )
        return ops.group_norm(x, self.gamma.data(), self.beta.data(), self._groups, self._epsilon)

    def _facts(self) -> str:
        return f"num_groups={self._groups}, {super()._facts()}"


class InstanceNorm(_Norm):
    """γ (x - mean) / √(var + ε) + β with the statistics of each channel of each item.

    Args:
        axis: The channel axis.
        center, scale: False freezes β or γ at its initial value; Gluon freezes γ by default.
        in_channels: 0 infers it at the first call.

    Shape:
        x (N, ..., C, ...) -> like x.

    State:
        gamma, beta, both (C,).

    Source:
        Ulyanov et al., 2016, arXiv:1607.08022.
    """

    beta: Parameter

    def __init__(
        self,
        axis: int = 1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        in_channels: int = 0,
    ) -> None:
        super().__init__(
            axis, epsilon, in_channels,
            gamma=(gamma_initializer, scale), beta=(beta_initializer, center),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        gamma, beta = self.gamma.data(), self.beta.data()
        if self._axis == 1:
            return ops.group_norm(x, gamma, beta, x.shape[1], self._epsilon)
        x = ops.moveaxis(x, self._axis, 1)
        y = ops.group_norm(x, gamma, beta, x.shape[1], self._epsilon)
        return ops.moveaxis(y, 1, self._axis)
