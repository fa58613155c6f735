"""Reading and writing parts of an array."""

import numpy as np

from unideep.backend import native_key


def getitem(x, indices, *, key):
    """x[key], as a view where NumPy gives one: raws are never written."""
    return x[native_key(key, indices)]


def setitem(x, value, indices, *, key):
    """A copy of x with x[key] = value."""
    out = np.array(x)
    out[native_key(key, indices)] = value
    return out


def add_at(x, value, indices, *, key):
    """A copy of x with value added at x[key]."""
    out = np.array(x)
    if indices:
        np.add.at(out, native_key(key, indices), value)
    else:
        out[native_key(key, indices)] += value
    return out


OPS = {
    "getitem": getitem,
    "setitem": setitem,
    "add_at": add_at,
    "take_along_axis": lambda x, indices, *, axis: np.take_along_axis(x, indices, axis),
}
