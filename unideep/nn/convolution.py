"""Convolution layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.block import HybridBlock, Parameter
from unideep.errors import ShapeError
from unideep.tensor import Tensor

__all__ = ["Conv2D", "Conv2DTranspose"]

Size = int | Sequence[int]


class _Conv(HybridBlock):
    """What convolution and its transpose share, for `ndim` spatial axes."""

    def __init__(
        self,
        channels: int,
        kernel: tuple[int, ...],
        weight_shape: tuple[int, ...],
        activation: str | None,
        use_bias: bool,
        initializers: tuple[Any, Any],
        **options: Any,
    ) -> None:
        super().__init__()
        self._channels, self._kernel, self._activation = channels, kernel, activation
        self._options = options
        self.weight = Parameter(shape=weight_shape, init=initializers[0], allow_deferred_init=True)
        self.bias = None
        if use_bias:
            self.bias = Parameter("bias", shape=(channels,), init=initializers[1])

    def _finish(self, y: Tensor) -> Tensor:
        return y if self._activation is None else ops.activation(y, self._activation)

    def _bias(self) -> Tensor | None:
        return None if self.bias is None else self.bias.data()

    def _in_channels(self) -> int:
        raise NotImplementedError

    def diagnose(self, x: Tensor) -> tuple[str, str] | None:
        """The usual mistakes: axes or channels."""
        ndim, name = len(self._kernel) + 2, type(self).__name__
        if x.ndim != ndim:
            return (
                f"x has {x.ndim} axes but {name} needs {ndim}: (batch, channels, *space).",
                "reshape the input, for instance with np.expand_dims(x, 1).",
            )
        if self._in_channels() not in (x.shape[1], -1):
            return (
                f"x has {x.shape[1]} channels but in_channels is {self._in_channels()}.",
                f"in_channels={x.shape[1]}, or 0 to infer it at the first call; "
                "channels are axis 1.",
            )
        return None

    def _facts(self) -> str:
        seen = self._in_channels()
        options = {k: v for k, v in self._options.items() if v not in (0, 1)}
        extra = "".join(f", {k}={v}" for k, v in options.items())
        source = seen if seen > 0 else None
        return f"{source} -> {self._channels}, kernel_size={self._kernel}{extra}"


def _pair(value: Size, n: int = 2) -> tuple[int, ...]:
    sizes = (value,) * n if isinstance(value, int) else tuple(value)
    if len(sizes) != n:
        raise ShapeError(f"{sizes} has {len(sizes)} entries for {n} spatial axes.")
    return sizes


def _check_layout(layout: str) -> None:
    if layout != "NCHW":
        raise ShapeError(
            f"layout is {layout!r}.",
            fix='use "NCHW"; the engine may store it otherwise inside.',
        )


class Conv2D(_Conv):
    """2-D convolution (cross-correlation) over (batch, channels, height, width).

    Args:
        channels: Number of output channels.
        kernel_size, strides, padding, dilation: An int, or one for height and one for width.
        groups: Channels are split into groups that do not see each other.
        layout: "NCHW" only: layout is logical, an engine may store otherwise inside.
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

    def __init__(
        self,
        channels: int,
        kernel_size: Size,
        strides: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        groups: int = 1,
        layout: str = "NCHW",
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
    ) -> None:
        _check_layout(layout)
        kernel = _pair(kernel_size)
        super().__init__(
            channels, kernel, (channels, in_channels // groups, *kernel), activation, use_bias,
            (weight_initializer, bias_initializer), stride=_pair(strides), padding=_pair(padding),
            dilation=_pair(dilation), groups=groups,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return self._finish(ops.convolution(x, self.weight.data(), self._bias(), **self._options))

    def infer_shape(self, x: Tensor) -> None:
        """The input channels are those of axis 1."""
        groups = self._options["groups"]
        self.weight.shape = (self._channels, x.shape[1] // groups, *self._kernel)

    def _in_channels(self) -> int:
        found = (self.weight.shape or (0, 0))[1]
        return found * self._options["groups"] if found > 0 else -1


class Conv2DTranspose(_Conv):
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

    def __init__(
        self,
        channels: int,
        kernel_size: Size,
        strides: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        dilation: Size = 1,
        groups: int = 1,
        layout: str = "NCHW",
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
    ) -> None:
        _check_layout(layout)
        kernel = _pair(kernel_size)
        super().__init__(
            channels, kernel, (in_channels, channels // groups, *kernel), activation, use_bias,
            (weight_initializer, bias_initializer), stride=_pair(strides), padding=_pair(padding),
            output_padding=_pair(output_padding), dilation=_pair(dilation), groups=groups,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return self._finish(
            ops.convolution_transpose(x, self.weight.data(), self._bias(), **self._options)
        )

    def infer_shape(self, x: Tensor) -> None:
        """The input channels are those of axis 1."""
        groups = self._options["groups"]
        self.weight.shape = (x.shape[1], self._channels // groups, *self._kernel)

    def _in_channels(self) -> int:
        return (self.weight.shape or (-1,))[0]
