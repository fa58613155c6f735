"""NumPy's functions around arrays that compute nothing: sizes, copies, printing, reading text."""

from __future__ import annotations

from typing import Any

import numpy as _np

from unideep import ops
from unideep.dispatch import as_tensor
from unideep.dtype import DTypeLike
from unideep.tensor import Tensor

__all__ = ["copyto", "genfromtxt", "ndim", "set_printoptions", "shape", "size"]


def shape(x: Any, /) -> tuple[int, ...]:
    """The shape of a tensor, or of what would become one."""
    return tuple(x.shape) if hasattr(x, "shape") else _np.shape(x)


def ndim(x: Any, /) -> int:
    """The number of axes."""
    return len(shape(x))


def size(x: Any, /, axis: int | None = None) -> int:
    """The number of elements, or of those along an axis."""
    sizes = shape(x)
    return int(_np.prod(sizes, dtype=int)) if axis is None else sizes[axis]


def copyto(dst: Tensor, src: Any, where: Any = True) -> None:
    """Write `src`, broadcast and cast, into `dst`; with `where` only at places that it holds."""
    if where is True:
        dst[...] = src
        return
    src = as_tensor(src, backend=dst._backend).astype(dst.dtype)  # pyright: ignore
    dst[...] = ops.where(as_tensor(where, backend=dst._backend), src, dst)  # pyright: ignore


def genfromtxt(fname: Any, dtype: DTypeLike = "float32", **options: Any) -> Tensor:
    """A tensor of the numbers in a text file; options are those of `numpy.genfromtxt`."""
    return as_tensor(_np.genfromtxt(fname, **options), dtype)


def set_printoptions(**options: Any) -> None:
    """How tensors are printed: `precision`, `threshold`, `suppress`, ...; NumPy's, and for both."""
    _np.set_printoptions(**options)
