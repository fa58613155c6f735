"""Reductions. `axis` comes as a tuple for reductions over several axes, else as an int."""

import torch


def over(reduce):
    """PyTorch takes an empty tuple of axes for all of them; NumPy for none."""

    def call(x, *, axis, keepdims):
        if axis:
            return reduce(x, axis, keepdims)
        return reduce(x.unsqueeze(-1), -1, False)

    return call


def prod(x, axis, keepdims):
    """The product, one axis after the other."""
    for i in reversed((axis,) if isinstance(axis, int) else axis):
        x = torch.prod(x, i, keepdims)
    return x


def position(find):
    """argmax and argmin, for booleans as well."""
    return lambda x, *, axis: find(x.byte() if x.dtype is torch.bool else x, axis)


OPS = {
    "sum": over(torch.sum),
    "mean": over(torch.mean),
    "prod": over(prod),
    "max": over(torch.amax),
    "min": over(torch.amin),
    "any": over(lambda x, axis, keepdims: torch.any(x.bool(), axis, keepdims)),
    "all": over(lambda x, axis, keepdims: torch.all(x.bool(), axis, keepdims)),
    "arg_largest": position(torch.argmax),
    "arg_smallest": position(torch.argmin),
    "running_sum": lambda x, *, axis: torch.cumsum(x, axis),
}
