"""Pooling over windows, for any number of spatial axes."""

from __future__ import annotations

import math

from unideep import ops
from unideep.canonical import Window
from unideep.op import composite
from unideep.ops.convolution import unfold
from unideep.tensor import Tensor

__all__ = ["avg_pool", "global_avg_pool", "global_max_pool", "max_pool"]


def _ceil_padding(
    space: tuple[int, ...],
    window: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
) -> tuple[int, ...]:
    """What to add behind so that the last, partial window counts; none may start in padding."""
    extra: list[int] = []
    for n, w, s, p in zip(space, window, stride, padding, strict=True):
        count = math.ceil((n + 2 * p - w) / s) + 1
        count -= (count - 1) * s >= n + p
        extra.append(max(0, (count - 1) * s + w - n - 2 * p))
    return tuple(extra)


def _pads(
    x: Tensor, window: Window, stride: Window, padding: Window, ceil_mode: bool
) -> tuple[tuple[int, int], ...]:
    extra = (0,) * (x.ndim - 2)
    if ceil_mode:
        extra = _ceil_padding(x.shape[2:], window, stride, padding)  # pyright: ignore
    return ((0, 0), (0, 0), *((p, p + e) for p, e in zip(padding, extra, strict=True)))  # pyright: ignore


@composite()
def max_pool(
    x: Tensor, /, window: Window, stride: Window, padding: Window = 0, ceil_mode: bool = False
) -> Tensor:
    """The largest element of each window. Padding never wins.

    Shape:
        x (N, C, *S) -> (N, C, *S').
    """
    x = ops.pad(x, _pads(x, window, stride, padding, ceil_mode), constant_values=float("-inf"))
    return ops.max(unfold(x, window, stride, 1), axis=2)


@composite()
def avg_pool(
    x: Tensor,
    /,
    window: Window,
    stride: Window,
    padding: Window = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window.

    Args:
        count_include_pad: Whether zeros of the padding count as elements.

    Shape:
        x (N, C, *S) -> (N, C, *S').
    """
    pads = _pads(x, window, stride, padding, ceil_mode)
    total = ops.sum(unfold(ops.pad(x, pads), window, stride, 1), axis=2)
    whole = ops.zeros_like(x[:1, :1])
    if count_include_pad:  # the padding asked for counts, what ceil_mode adds never does
        whole = ops.pad(whole, ((0, 0), (0, 0), *((p, p) for p in padding)))  # pyright: ignore
        extra = tuple((0, after - before) for before, after in pads)
    else:
        extra = pads
    inside = ops.pad(ops.ones_like(whole), extra)
    return total / ops.sum(unfold(inside, window, stride, 1), axis=2)


@composite()
def global_avg_pool(x: Tensor, /) -> Tensor:
    """The mean over all spatial axes, which stay with size one."""
    return ops.mean(x, axis=tuple(range(2, x.ndim)), keepdims=True)


@composite()
def global_max_pool(x: Tensor, /) -> Tensor:
    """The largest element over all spatial axes, which stay with size one."""
    return ops.max(x, axis=tuple(range(2, x.ndim)), keepdims=True)
