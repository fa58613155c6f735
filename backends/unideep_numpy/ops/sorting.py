"""Sorting. NumPy sorts upwards, with NaN at the end."""

import numpy as np


def order_along(x, *, axis, descending):
    """The positions that put the elements in order. Downwards, from the end of the flipped."""
    if not descending or not x.ndim:
        return np.asarray(np.argsort(x, axis if x.ndim else None, kind="stable"), np.int64).reshape(
            x.shape
        )
    found = np.argsort(np.flip(x, axis), axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(found, axis).astype(np.int64, copy=False)


def sorted_along(x, *, axis, descending):
    """The elements in order."""
    if not x.ndim:
        return x
    found = np.sort(x, axis, kind="stable")
    return np.flip(found, axis) if descending else found


OPS = {"order_along": order_along, "sorted_along": sorted_along}
