"""Pooling: windows as strided slices. The gradient of `reduce_window` is a scatter, slow on CPU."""

from __future__ import annotations

import functools
import math
import operator

import jax.numpy as jnp
import numpy as np
from jax import lax

from unideep_jax.jitted import all_jitted
from unideep_jax.ops.convolution import windows


def _pads(space, window, stride, padding, ceil_mode):
    """(before, after) for each axis; in ceil mode the last, partial window counts."""
    pads = []
    for n, w, s, p in zip(space, window, stride, padding, strict=True):
        count = (n + 2 * p - w) // s + 1
        if ceil_mode:
            count = math.ceil((n + 2 * p - w) / s) + 1
            count -= (count - 1) * s >= n + p  # no window may start in the padding behind
        pads.append((p, max(p, (count - 1) * s + w - n - p)))
    return pads


def _seen(x, pads, value, window, stride):
    """The windows of padded x, one array for each place in the window."""
    x = lax.pad(x, jnp.asarray(value, x.dtype), [(0, 0, 0)] * 2 + [(*p, 0) for p in pads])
    return windows(x, window, stride, (1,) * len(window))


def max_pool(x, *, window, stride, padding, ceil_mode):
    """The largest element of each window. Padding never wins."""
    pads = _pads(x.shape[2:], window, stride, padding, ceil_mode)
    lowest = -np.inf if jnp.issubdtype(x.dtype, jnp.floating) else jnp.iinfo(x.dtype).min
    return functools.reduce(jnp.maximum, _seen(x, pads, lowest, window, stride))


def avg_pool(x, *, window, stride, padding, ceil_mode, count_include_pad):
    """The mean of each window."""
    space = x.shape[2:]
    pads = _pads(space, window, stride, padding, ceil_mode)
    total = functools.reduce(operator.add, _seen(x, pads, 0, window, stride))
    counted = padding if count_include_pad else (0,) * len(padding)
    sizes = zip(space, window, stride, pads, counted, strict=True)
    return total / functools.reduce(np.multiply.outer, [_counts(*v) for v in sizes]).astype(x.dtype)


def _counts(n, window, stride, pad, counted):
    """How many elements each window holds along one axis, `counted` of the padding among them."""
    before, after = pad
    first = np.arange(-before, n + after - window + 1, stride)
    return np.minimum(first + window, n + counted) - np.maximum(first, -counted)


OPS = all_jitted(
    {
        "max_pool": max_pool,
        "avg_pool": avg_pool,
        "global_avg_pool": lambda x: jnp.mean(x, range(2, x.ndim), keepdims=True),
    }
)
