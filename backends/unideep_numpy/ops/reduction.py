"""Reductions. `axis` comes as a tuple for reductions over several axes, else as an int."""

import math

import numpy as np

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
