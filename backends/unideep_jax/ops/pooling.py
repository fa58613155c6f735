"""Pooling over windows.

Small ones are strided slices: `reduce_window` is 3 to 6 times slower on CPU for 2x2, forward and
backward. Over large ones it is faster, 40 times for 8x8, and compiles sooner.
"""

from __future__ import annotations

import functools
import math
import operator

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from unideep_jax.jitted import all_jitted
from unideep_jax.ops.convolution import windows

_SMALL = 16


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


def _padded(x, pads, value):
    return lax.pad(x, jnp.asarray(value, x.dtype), [(0, 0, 0)] * 2 + [(*p, 0) for p in pads])


def _seen(x, window, stride):
    return windows(x, window, stride, (1,) * len(window))


def _by_engine(x, start, combine, window, stride):
    start = np.array(start, x.dtype)
    return lax.reduce_window(x, start, combine, (1, 1, *window), (1, 1, *stride), "VALID")


@functools.partial(jax.custom_vjp, nondiff_argnums=(1, 2))
def _largest(x, window, stride):
    return functools.reduce(jnp.maximum, _seen(x, window, stride))


def _keep(x, window, stride):
    y = _largest(x, window, stride)
    return y, (x, y)


def _share(window, stride, residuals, g):
    """The gradient to the largest element of each window, in equal parts if there are several."""
    x, y = residuals
    seen, pull = jax.vjp(lambda x: _seen(x, window, stride), x)
    hits = [(w == y).astype(g.dtype) for w in seen]
    part = g / sum(hits)
    return pull([hit * part for hit in hits])


_largest.defvjp(_keep, _share)


def max_pool(x, *, window, stride, padding, ceil_mode):
    """The largest element of each window. Padding never wins."""
    pads = _pads(x.shape[2:], window, stride, padding, ceil_mode)
    lowest = -np.inf if jnp.issubdtype(x.dtype, jnp.floating) else jnp.iinfo(x.dtype).min
    x = _padded(x, pads, lowest)
    if math.prod(window) > _SMALL:
        return _by_engine(x, lowest, lax.max, window, stride)
    return _largest(x, window, stride)


def avg_pool(x, *, window, stride, padding, ceil_mode, count_include_pad):
    """The mean of each window."""
    space = x.shape[2:]
    pads = _pads(space, window, stride, padding, ceil_mode)
    x = _padded(x, pads, 0)
    if math.prod(window) > _SMALL:
        total = _by_engine(x, 0, lax.add, window, stride)
    else:
        total = functools.reduce(operator.add, _seen(x, window, stride))
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
