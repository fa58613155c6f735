"""Convolution layers, over one to three spatial axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unideep import ops
from unideep.block import Parameter
from unideep.errors import ShapeError
from unideep.nn.layout import Size, Spatial
from unideep.tensor import Tensor

__all__ = [
    "Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose",
]  # fmt: skip


class _Conv(Spatial):
    """What convolution and its transpose share."""

    def __init__(
        self,
        channels: int,
        kernel_size: Size,
        in_channels: int,
        layout: str | None,
        activation: str | None,
        use_bias: bool,
        initializers: tuple[Any, Any],
        groups: int,
        **options: Size,
    ) -> None:
        super().__init__(layout)
        self._channels, self._groups, self._activation = channels, groups, activation
        self._kernel = self._sizes(kernel_size)
        self._options = {name: self._sizes(value) for name, value in options.items()}
        shape = self._weight_shape(in_channels)
        self.weight = Parameter(shape=shape, init=initializers[0], allow_deferred_init=True)
        self.bias = None
        if use_bias:
            self.bias = Parameter("bias", shape=(channels,), init=initializers[1])

    def _split(self, channels: int) -> int:
        """The channels of one group."""
        if channels % self._groups:
            raise ShapeError(f"{channels} channels cannot be split into {self._groups} groups.")
        return channels // self._groups

    def _weight_shape(self, in_channels: int) -> tuple[int, ...]:
        raise NotImplementedError

    def _in_channels(self) -> int:
        """Read back from the weight; -1 if not known yet."""
        raise NotImplementedError

    def _apply(self, op: Callable[..., Tensor], x: Tensor) -> Tensor:
        bias = None if self.bias is None else self.bias.data()
        y = op(x, self.weight.data(), bias, groups=self._groups, **self._options)
        return y if self._activation is None else ops.activation(y, self._activation)

    def infer_shape(self, x: Tensor) -> None:
        """The input channels are those of axis 1."""
        self.weight.shape = self._weight_shape(x.shape[1])

    def diagnose(self, x: Tensor) -> tuple[str, str] | None:
        """The usual mistakes: axes or channels."""
        if x.ndim != len(self.layout):
            return super().diagnose(x)
        if self._in_channels() not in (x.shape[1], -1):
            return (
                f"x has {x.shape[1]} channels but in_channels is {self._in_channels()}.",
                f"in_channels={x.shape[1]}, or 0 to infer it at the first call; "
                "channels are axis 1.",
            )
        return None

    def _facts(self) -> str:
        seen = self._in_channels()
        options = {k: v for k, v in self._options.items() if set(v) != {int("padding" not in k)}}
        options |= {"groups": self._groups} if self._groups > 1 else {}
        extra = "".join(f", {k}={v}" for k, v in options.items())
        source = seen if seen > 0 else None
        return f"{source} -> {self._channels}, kernel_size={self._kernel}{extra}"


class _Convolution(_Conv):
    """What convolutions share."""

    def __init__(
        self,
        channels: int,
        kernel_size: Size,
        strides: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        groups: int = 1,
        layout: str | None = None,
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
    ) -> None:
        super().__init__(
            channels, kernel_size, in_channels, layout, activation, use_bias,
            (weight_initializer, bias_initializer), groups, stride=strides, padding=padding,
            dilation=dilation,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return self._apply(ops.convolution, x)

    def _weight_shape(self, in_channels: int) -> tuple[int, ...]:
        self._split(self._channels)
        return (self._channels, self._split(in_channels), *self._kernel)

    def _in_channels(self) -> int:
        found = (self.weight.shape or (0, -1))[1]
        return found * self._groups if found > 0 else -1


class _Transpose(_Conv):
    """What transposed convolutions share."""

    def __init__(
        self,
        channels: int,
        kernel_size: Size,
        strides: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        dilation: Size = 1,
        groups: int = 1,
        layout: str | None = None,
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
    ) -> None:
        super().__init__(
            channels, kernel_size, in_channels, layout, activation, use_bias,
            (weight_initializer, bias_initializer), groups, stride=strides, padding=padding,
            output_padding=output_padding, dilation=dilation,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return self._apply(ops.convolution_transpose, x)

    def _weight_shape(self, in_channels: int) -> tuple[int, ...]:
        self._split(in_channels)
        return (in_channels, self._split(self._channels), *self._kernel)

    def _in_channels(self) -> int:
        return (self.weight.shape or (-1,))[0]


class Conv1D(_Convolution):
    """1-D convolution over (batch, channels, width): `Conv2D` with one spatial axis.

    Shape:
        x (N, C, W) -> (N, channels, W').
    """

    layout = "NCW"


class Conv2D(_Convolution):
    """2-D convolution (cross-correlation) over (batch, channels, height, width).

    Args:
        channels: Number of output channels.
        kernel_size, strides, padding, dilation: An int, or one for each spatial axis.
        groups: Channels are split into groups that do not see each other.
        layout: The class's own only: layout is logical, an engine may store otherwise inside.
        activation: Name of an activation, or None.
        in_channels: 0 infers it at the first call.

    Shape:
        x (N, C, H, W) -> (N, channels, H', W').

    State:
        weight (channels, C / groups, *kernel_size), bias (channels,).

    Example:
        >>> layer = nn.Conv2D(6, kernel_size=5, padding=2)
        >>> layer.initialize()
        >>> layer(np.ones((2, 1, 8, 8))).shape
        (2, 6, 8, 8)
    """

    layout = "NCHW"


class Conv3D(_Convolution):
    """3-D convolution over (batch, channels, depth, height, width): as `Conv2D`.

    Shape:
        x (N, C, D, H, W) -> (N, channels, D', H', W').
    """

    layout = "NCDHW"


class Conv1DTranspose(_Transpose):
    """The transpose of `Conv1D`: `Conv2DTranspose` with one spatial axis.

    Shape:
        x (N, C, W) -> (N, channels, W').
    """

    layout = "NCW"


class Conv2DTranspose(_Transpose):
    """The transpose of `Conv2D`: enlarges by the stride.

    Args:
        output_padding: Rows and columns to add at the far side of the output.
        channels, kernel_size, strides, padding, dilation, groups, activation: As `Conv2D`.

    Shape:
        x (N, C, H, W) -> (N, channels, H', W') with
        H' = (H - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1.

    State:
        weight (C, channels / groups, *kernel_size), bias (channels,).

    Example:
        >>> layer = nn.Conv2DTranspose(3, kernel_size=4, strides=2, padding=1)
        >>> layer.initialize()
        >>> layer(np.ones((2, 8, 4, 4))).shape
        (2, 3, 8, 8)
    """

    layout = "NCHW"


class Conv3DTranspose(_Transpose):
    """The transpose of `Conv3D`: as `Conv2DTranspose`.

    Shape:
        x (N, C, D, H, W) -> (N, channels, D', H', W').
    """

    layout = "NCDHW"
