"""Reductions. `axis` comes as a tuple for reductions over several axes, else as an int."""

import math

import numpy as np

from unideep_numpy.differentiated import Pull, Raw, silent_both_ways
from unideep_numpy.ops.elementwise import silent


def total(reduce):
    """A ufunc's reduction in a given dtype."""

    def call(x, *, axis, keepdims, dtype):
        with np.errstate(all="ignore"):
            return reduce(x, axis, None if dtype is None else dtype.numpy, None, keepdims)

    return call


def mean(x, *, axis, keepdims):
    """The sum over the count; half precision adds up in single."""
    n = math.prod([x.shape[i] for i in axis])
    wide = np.float32 if x.dtype.itemsize == 2 else x.dtype
    with np.errstate(all="ignore"):
        return (np.add.reduce(x, axis, wide, None, keepdims=keepdims) / n).astype(x.dtype)


def _spread(g: Raw, x: Raw, axis: tuple[int, ...]) -> Raw:
    """The gradient of each element that one was computed from."""
    out = np.empty_like(x)
    out[...] = np.reshape(g, [1 if i in axis else n for i, n in enumerate(x.shape)])
    return out


@silent_both_ways
def _sum(x: Raw, *, axis: tuple[int, ...], keepdims: bool, dtype: object) -> tuple[Raw, Pull]:
    y = OPS["sum"](x, axis=axis, keepdims=keepdims, dtype=dtype)
    return y, lambda grads: [_spread(grads[0], x, axis)]


@silent_both_ways
def _mean(x: Raw, *, axis: tuple[int, ...], keepdims: bool) -> tuple[Raw, Pull]:
    n = math.prod([x.shape[i] for i in axis])
    y = mean(x, axis=axis, keepdims=keepdims)
    return y, lambda grads: [_spread(grads[0] / x.dtype.type(n), x, axis)]


PULLBACKS = {"sum": _sum, "mean": _mean}
OPS = {
    "sum": total(np.add.reduce),
    "mean": mean,
    "prod": total(np.multiply.reduce),
    "max": silent(np.max),
    "min": silent(np.min),
    "any": np.any,
    "all": np.all,
    "running_sum": silent(lambda x, *, axis: np.cumsum(x, axis, x.dtype)),
    "running_product": silent(lambda x, *, axis: np.cumprod(x, axis, x.dtype)),
}
