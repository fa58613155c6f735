"""Convolution and its transpose, for any number of spatial axes.

The definition is a pair of adjoint operations: `unfold` lays the windows of a tensor side by side,
`fold` adds windows back. A convolution is `unfold` and a matrix product, its transpose a matrix
product and `fold`, so both have gradients of every order.
"""

# N batch, C channels in, O channels out, S space (all spatial axes), K kernel (all its axes)

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from unideep import ops
from unideep.canonical import Window
from unideep.op import composite
from unideep.tensor import Tensor

__all__ = ["convolution", "convolution_transpose", "fold", "unfold"]


def output_size(n: int, kernel: int, stride: int, dilation: int) -> int:
    """How many windows of `kernel` fit into `n` (padding included)."""
    return (n - dilation * (kernel - 1) - 1) // stride + 1


def _windows(
    space: Sequence[int], kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> list[tuple[slice, ...]]:
    """For each place in the kernel, the slices that it sees while it moves."""
    counts = [output_size(*v) for v in zip(space, kernel, stride, dilation, strict=True)]
    return [
        tuple(
            slice(k * d, k * d + (c - 1) * s + 1, s)
            for k, c, s, d in zip(place, counts, stride, dilation, strict=True)
        )
        for place in itertools.product(*map(range, kernel))
    ]


@composite(
    lambda g, y, x, *, kernel, stride, dilation: fold(
        g, space=x.shape[2:], kernel=kernel, stride=stride, dilation=dilation
    )
)
def unfold(x: Tensor, /, kernel: Window, stride: Window, dilation: Window) -> Tensor:
    """The windows of x.

    Shape:
        x (N, C, *S) -> (N, C, prod(K), *windows).
    """
    everything = (slice(None), slice(None))
    places = _windows(x.shape[2:], kernel, stride, dilation)  # pyright: ignore
    return ops.stack([x[everything + place] for place in places], axis=2)


@composite(
    lambda g, y, x, *, space, kernel, stride, dilation: unfold(
        g, kernel=kernel, stride=stride, dilation=dilation
    )
)
def fold(
    x: Tensor,
    /,
    space: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Tensor:
    """Windows added up where they came from: the adjoint of `unfold`.

    Shape:
        x (N, C, prod(K), *windows) -> (N, C, *space).
    """
    everything = (slice(None), slice(None))
    out = ops.zeros_like(ops.broadcast_to(x[(0, 0, 0) + (0,) * len(space)], (*x.shape[:2], *space)))
    for i, place in enumerate(_windows(space, kernel, stride, dilation)):
        out = ops.index_add(out, everything + place, x[:, :, i])
    return out


@composite()
def convolution(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    /,
    stride: Window = 1,
    padding: Window = 0,
    dilation: Window = 1,
    groups: int = 1,
) -> Tensor:
    """Cross-correlation, as deep learning calls convolution.

    Shape:
        x (N, C, *S), weight (O, C / groups, *K), bias (O,) -> (N, O, *S').
    """
    kernel = weight.shape[2:]
    x = ops.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))  # pyright: ignore
    columns = unfold(x, kernel, stride, dilation)
    n, windows, o = x.shape[0], columns.shape[3:], weight.shape[0]
    columns = ops.reshape(columns, (n, groups, -1, math.prod(windows)))
    rows = ops.reshape(weight, (1, groups, o // groups, -1))
    y = ops.reshape(ops.matmul(rows, columns), (n, o, *windows))
    return y if bias is None else y + _per_channel(bias, y.ndim)


@composite()
def convolution_transpose(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    /,
    stride: Window = 1,
    padding: Window = 0,
    output_padding: Window = 0,
    dilation: Window = 1,
    groups: int = 1,
) -> Tensor:
    """The adjoint of `convolution`: maps its output shape back to its input shape.

    Shape:
        x (N, C, *S), weight (C, O / groups, *K), bias (O,) -> (N, O, *S') with
        S' = (S - 1) stride - 2 padding + dilation (K - 1) + output_padding + 1.
    """
    n, c, *space = x.shape
    kernel = weight.shape[2:]
    sizes = zip(space, kernel, stride, dilation, output_padding, strict=True)  # pyright: ignore
    full = tuple((s - 1) * st + d * (k - 1) + 1 + op for s, k, st, d, op in sizes)
    columns = ops.matmul(
        ops.swapaxes(ops.reshape(weight, (1, groups, c // groups, -1)), -1, -2),
        ops.reshape(x, (n, groups, c // groups, -1)),
    )
    o = weight.shape[1] * groups
    columns = ops.reshape(columns, (n, o, math.prod(kernel), *space))
    y = _fold_into(columns, full, kernel, stride, dilation)  # pyright: ignore
    crop = tuple(slice(p, f - p) for p, f in zip(padding, full, strict=True))  # pyright: ignore
    y = y[(slice(None), slice(None), *crop)]
    return y if bias is None else y + _per_channel(bias, y.ndim)


def _fold_into(
    columns: Tensor,
    space: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Tensor:
    """`fold` into a space that may be longer than the windows reach (output padding)."""
    windows = columns.shape[3:]
    sizes = zip(windows, kernel, stride, dilation, strict=True)
    reach = tuple((w - 1) * s + d * (k - 1) + 1 for w, k, s, d in sizes)
    y = fold(columns, space=reach, kernel=kernel, stride=stride, dilation=dilation)
    return ops.pad(y, ((0, 0), (0, 0), *((0, n - r) for n, r in zip(space, reach, strict=True))))


def _per_channel(bias: Tensor, ndim: int) -> Tensor:
    return ops.reshape(bias, (1, -1, *(1,) * (ndim - 2)))
