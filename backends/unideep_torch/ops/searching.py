"""Positions of extremes, of what is not zero, in a sorted sequence."""

import torch

from unideep_torch.common import ordered


def position(find):
    """argmax and argmin, for booleans and unsigned integers as well."""
    return lambda x, *, axis: find(ordered(x)[0], axis)


def insertion(x, y, *, right):
    """Where the elements of y go in the sorted vector x."""
    return torch.searchsorted(ordered(x)[0], ordered(y)[0].contiguous(), right=right)


OPS = {
    "arg_largest": position(torch.argmax),
    "arg_smallest": position(torch.argmin),
    "places": lambda x: torch.nonzero(x, as_tuple=True),
    "insertion": insertion,
}
