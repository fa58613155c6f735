"""Convolution and pooling as XLA likes them on the host: slices side by side, batch last.

XLA's own convolutions of few channels and its poolings are slow there, backward above all. LeNet's
step takes 1.6 ms this way, 3.9 ms with them, and 2.2 ms with TensorFlow's kernels.
"""

# C channels, S space (all spatial axes), N batch, K kernel (all its axes), O channels out

from __future__ import annotations

import contextlib
import itertools
import math
import threading
from collections.abc import Generator, Sequence

import tensorflow as tf

from unideep_tensorflow.common import Function, Tensor
from unideep_tensorflow.layout import batch_last, inward, outward
from unideep_tensorflow.spec import is_host_only

Sizes = tuple[int, ...]
MOST_BYTES = 1 << 26
"""Columns larger than that live in main memory, and a convolution does better without them."""
MANY_CHANNELS = 8
"""A sum over so many is a product in XLA's own convolution too: dcgan's step 2.5 ms -> 2.0."""


class _Trace(threading.local):
    for_xla = False


_trace = _Trace()


@contextlib.contextmanager
def tracing_for_xla() -> Generator[None]:
    """Trace what XLA compiles for the host."""
    _trace.for_xla = is_host_only()
    try:
        yield
    finally:
        _trace.for_xla = False


class Unsuited(NotImplementedError):
    """An operation that a program for XLA should not hold."""


def keep_from_xla() -> None:
    """Raise in a trace for XLA on the host."""
    if _trace.for_xla:
        raise Unsuited


def wanted(x: Tensor, weight: Tensor | None = None, stride: Sizes = ()) -> bool:
    """Whether this is a trace for XLA on the host, and columns are faster than a convolution."""
    if not _trace.for_xla or weight is None:
        return _trace.for_xla
    places = math.prod(weight.shape[2:])
    if weight.shape[1] >= MANY_CHANNELS and places > 1:
        return False
    elements = math.prod(x.shape) * places / math.prod(stride)
    return elements * x.dtype.size <= MOST_BYTES


def _slices(x: Tensor, kernel: Sizes, stride: Sizes, dilation: Sizes) -> list[Tensor]:
    """For each place in the kernel what it sees while it moves over x (C, *S, N)."""
    space = x.shape.as_list()[1:-1]
    sizes = zip(space, kernel, stride, dilation, strict=True)
    reach = [(n - d * (k - 1) - 1) // s * s + 1 for n, k, s, d in sizes]
    steps = list(zip(dilation, reach, stride, strict=True))
    return [
        x[
            (
                slice(None),
                *(slice(k * d, k * d + r, s) for k, (d, r, s) in zip(place, steps, strict=True)),
            )
        ]
        for place in itertools.product(*map(range, kernel))
    ]


def _bordered(x: Tensor, pads: Sequence[Sizes], value: float = 0.0) -> Tensor:
    return tf.pad(x, ((0, 0), *pads, (0, 0)), constant_values=value) if any(map(any, pads)) else x


def convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None, stride: Sizes, padding: Sizes,
    dilation: Sizes, groups: int,
) -> Tensor:  # fmt: skip
    """One matrix product for each group."""
    o, _, *kernel = weight.shape.as_list()
    x = _bordered(inward(x, batch_last), [(p, p) for p in padding])
    columns = tf.stack(_slices(x, tuple(kernel), stride, dilation), 1)  # C K S N
    _, _, *space, n = columns.shape.as_list()
    columns = tf.reshape(columns, (groups, -1, math.prod(space) * n))
    y = tf.matmul(tf.reshape(weight, (groups, o // groups, -1)), columns)
    y = tf.reshape(y, (o, *space, n))
    if bias is not None:
        y = y + tf.reshape(bias, (o, *(1,) * (len(space) + 1)))
    return outward(y, batch_last)


def max_pool(x: Tensor, window: Sizes, stride: Sizes, pads: Sequence[Sizes]) -> Tensor:
    """The largest element of each window."""
    x = _bordered(inward(x, batch_last), pads, -math.inf)
    return outward(_reduced(tf.reduce_max, x, window, stride), batch_last)


def avg_pool(x: Tensor, window: Sizes, stride: Sizes, pads: Sequence[Sizes]) -> Tensor:
    """The mean of each window, padding included."""
    x = _bordered(inward(x, batch_last), pads)
    return outward(_reduced(tf.reduce_mean, x, window, stride), batch_last)


def _reduced(reduce: Function, x: Tensor, window: Sizes, stride: Sizes) -> Tensor:
    c, *space, n = x.shape.as_list()
    if window != stride or any(s % w for s, w in zip(space, window, strict=True)):
        return reduce(tf.stack(_slices(x, window, stride, (1,) * len(window))), 0)
    blocks = [v for s, w in zip(space, window, strict=True) for v in (s // w, w)]
    return reduce(tf.reshape(x, (c, *blocks, n)), list(range(2, 2 + len(blocks), 2)))
