"""Reductions. `axis` comes as a tuple for reductions over several axes, else as an int."""

import numpy as np

from unideep_numpy.ops.elementwise import silent


def argument(find):
    """np.argmax and np.argmin give the platform's index type; ours is int64."""
    return lambda x, *, axis: np.asarray(find(x, axis=axis)).astype(np.int64)


OPS = {
    "sum": silent(np.sum),
    "mean": silent(np.mean),
    "prod": silent(np.prod),
    "max": np.max,
    "min": np.min,
    "any": np.any,
    "all": np.all,
    "arg_largest": argument(np.argmax),
    "arg_smallest": argument(np.argmin),
    "running_sum": silent(np.cumsum),
}
