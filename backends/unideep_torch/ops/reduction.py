"""Reductions. `axis` comes as a tuple for reductions over several axes, else as an int."""

import torch

from unideep_torch.common import UNSIGNED, ordered
from unideep_torch.spec import NATIVE


def over(reduce):
    """PyTorch takes an empty tuple of axes for all of them; NumPy for none."""

    def call(x, *, axis, keepdims):
        if axis:
            return reduce(x, axis, keepdims)
        return reduce(x.unsqueeze(-1), -1, False)

    return call


def total(reduce):
    """`reduce` in a given dtype; integers add up in int64, which wraps as all of 64 bits do."""
    reduce = over(reduce)

    def call(x, *, axis, keepdims, dtype):
        target = NATIVE[dtype] if dtype is not None else UNSIGNED.get(x.dtype)
        if target is None:
            return reduce(x, axis=axis, keepdims=keepdims)
        if target.is_floating_point or target.is_complex:
            return reduce(x.to(target), axis=axis, keepdims=keepdims)
        return reduce(x.to(torch.int64), axis=axis, keepdims=keepdims).to(target)

    return call


def prod(x, axis, keepdims):
    """The product, one axis after the other."""
    for i in reversed((axis,) if isinstance(axis, int) else axis):
        x = torch.prod(x, i, keepdims)
    return x


def extreme(reduce):
    """`reduce`, of unsigned integers by others in the same order."""
    reduce = over(reduce)

    def call(x, *, axis, keepdims):
        if x.dtype not in UNSIGNED:
            return reduce(x, axis=axis, keepdims=keepdims)
        signed, back = ordered(x)
        return back(reduce(signed, axis=axis, keepdims=keepdims))

    return call


def running(function):
    """`function` in the dtype of x; unsigned integers in int64, which wraps as theirs do."""

    def call(x, *, axis):
        if x.dtype in UNSIGNED:
            return function(x.to(torch.int64), axis).to(x.dtype)
        return function(x, axis, dtype=x.dtype)

    return call


OPS = {
    "sum": total(torch.sum),
    "mean": over(torch.mean),
    "prod": total(prod),
    "max": extreme(torch.amax),
    "min": extreme(torch.amin),
    "any": over(lambda x, axis, keepdims: torch.any(x.bool(), axis, keepdims)),
    "all": over(lambda x, axis, keepdims: torch.all(x.bool(), axis, keepdims)),
    "running_sum": running(torch.cumsum),
    "running_product": running(torch.cumprod),
}
