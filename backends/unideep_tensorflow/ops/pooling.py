"""Pooling on the kernels for two spatial axes, channels last; three are two and one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow import windows
from unideep_tensorflow.common import Function, Tensor, ints
from unideep_tensorflow.layout import channels_last, elementwise, inward, outward
from unideep_tensorflow.ops.convolution import padded

Sizes = tuple[int, ...]


def _pads(
    space: Sizes, window: Sizes, stride: Sizes, padding: Sizes, ceil: bool
) -> tuple[Sizes, ...]:
    """Before and after each spatial axis: in ceil mode the last, partial window counts."""
    pads = []
    for n, w, s, p in zip(space, window, stride, padding, strict=True):
        count = -(-(n + 2 * p - w) // s) + 1
        count -= (count - 1) * s >= n + p  # none starts in the padding
        pads.append((p, max(p, (count - 1) * s + w - n - p) if ceil else p))
    return tuple(pads)


def _pool(op: Function, x: Tensor, window: Sizes, stride: Sizes, mode: str) -> Tensor:
    """`op` over one, two or three spatial axes of x (N, *S, C)."""
    n, *space, c = x.shape.as_list()
    if len(space) == 2:
        return op(input=x, ksize=[1, *window, 1], strides=[1, *stride, 1], padding=mode)
    if len(space) == 1:
        plane = _pool(op, tf.expand_dims(x, 1), (1, *window), (1, *stride), mode)
        return tf.squeeze(plane, 1)
    planes = tf.reshape(x, (n * space[0], *space[1:], c))
    planes = _pool(op, planes, window[1:], stride[1:], mode)
    _, h, w, _ = planes.shape.as_list()
    lines = tf.reshape(planes, (n, space[0], h * w, c))
    lines = _pool(op, lines, (window[0], 1), (stride[0], 1), mode)
    return tf.reshape(lines, (n, -1, h, w, c))


def max_pool(x: Tensor, *, window: Sizes, stride: Sizes, padding: Sizes, ceil_mode: bool) -> Tensor:
    """The largest element of each window."""
    pads = _pads(tuple(x.shape[2:]), window, stride, padding, ceil_mode)
    if windows.wanted(x):
        return windows.max_pool(x, window, stride, pads)
    x, mode = padded(inward(x, channels_last), window, stride, pads, -math.inf)
    return outward(_pool(raw.MaxPool, x, window, stride, mode), channels_last)


def _mean(input: Tensor, **attrs: Any) -> Tensor:
    return raw.AvgPool(value=input, **attrs)


def avg_pool(x: Tensor, *, window: Sizes, stride: Sizes, padding: Sizes, ceil_mode: bool,
             count_include_pad: bool) -> Tensor:  # fmt: skip
    """The mean of each window."""
    space = tuple(x.shape[2:])
    pads = _pads(space, window, stride, padding, ceil_mode)
    if windows.wanted(x):
        y = windows.avg_pool(x, window, stride, pads)
    else:
        x = inward(x, channels_last)
        if any(map(any, pads)):
            x = raw.Pad(input=x, paddings=ints(((0, 0), *pads, (0, 0))))
        y = outward(_pool(_mean, x, window, stride, "VALID"), channels_last)
    counted = padding if count_include_pad else (0,) * len(space)
    share = _share(tuple(y.shape[2:]), space, window, stride, padding, counted)
    return y if (share == 1).all() else _times(y, tf.constant(share, y.dtype))


_times = elementwise(lambda x, y: raw.Mul(x=x, y=y))


def _share(counts: Sizes, space: Sizes, window: Sizes, stride: Sizes, padding: Sizes,
           counted: Sizes) -> np.ndarray:  # fmt: skip
    """Window size over number of elements that count, `counted` cells of padding included."""
    share = np.ones((1, 1, *counts))
    for axis, (n, w, s, p, c) in enumerate(
        zip(space, window, stride, padding, counted, strict=True), start=2
    ):
        first = np.arange(counts[axis - 2]) * s - p
        elements = np.minimum(first + w, n + c) - np.maximum(first, -c)
        share *= (w / elements).reshape([-1 if i == axis else 1 for i in range(share.ndim)])
    return share


OPS = {"max_pool": max_pool, "avg_pool": avg_pool}
