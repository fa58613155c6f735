"""Sorting."""

import torch

from unideep_torch.common import ordered


def order_along(x, *, axis, descending):
    """The positions that put the elements in order."""
    return torch.sort(ordered(x)[0], dim=axis, descending=descending, stable=True)[1]


def sorted_along(x, *, axis, descending):
    """The elements in order. Stable, because the gradient depends on it."""
    signed, back = ordered(x)
    return back(torch.sort(signed, dim=axis, descending=descending, stable=True)[0])


OPS = {"order_along": order_along, "sorted_along": sorted_along}
