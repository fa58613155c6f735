"""Positions in a grid: coordinates, diagonals, triangles, flat numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as _np

from unideep import ops
from unideep.dispatch import as_tensor
from unideep.dtype import DTypeLike, default_float
from unideep.errors import ArgumentError, ShapeError, check_one_of
from unideep.tensor import Tensor

__all__ = [
    "diag", "diag_indices", "diagflat", "geomspace", "identity", "indices", "logspace", "meshgrid",
    "ravel_multi_index", "tri", "tril_indices", "triu_indices", "unravel_index", "vander",
]  # fmt: skip


def meshgrid(*xs: Any, indexing: str = "xy", sparse: bool = False) -> list[Tensor]:
    """Vectors of coordinates as grids, one for each vector.

    Args:
        indexing: "xy": the first coordinate varies along the columns; "ij": along the rows.
        sparse: Leave size one where a coordinate does not vary.
    """
    check_one_of("indexing", indexing, ("xy", "ij"))
    vectors = [as_tensor(x) for x in xs]
    if any(v.ndim > 1 for v in vectors):
        raise ShapeError("meshgrid takes vectors.", got=f"{[v.shape for v in vectors]}")
    places = list(range(len(vectors)))
    if indexing == "xy" and len(vectors) > 1:
        places[:2] = [1, 0]
    lines = [
        ops.reshape(v, [-1 if i == place else 1 for i in range(len(vectors))])
        for v, place in zip(vectors, places, strict=True)
    ]
    shape = ops.broadcast_shapes(*(line.shape for line in lines))
    return lines if sparse else [ops.broadcast_to(line, shape) for line in lines]


def indices(dimensions: Sequence[int], dtype: DTypeLike = "int64", sparse: bool = False) -> Any:
    """The positions of a grid: one tensor, its first axis counts the axes; a tuple if sparse."""
    lines = [ops.arange(n, dtype=dtype) for n in dimensions]
    grids = meshgrid(*lines, indexing="ij", sparse=sparse)
    return tuple(grids) if sparse else ops.stack(grids)


def diag(v: Any, k: int = 0) -> Tensor:
    """A matrix with a vector on diagonal k; of a matrix, that diagonal."""
    v = as_tensor(v)
    if v.ndim == 2:
        return ops.diagonal(v, k)
    if v.ndim != 1:
        raise ShapeError("diag takes a vector or a matrix.", got=f"{v.shape}")
    n = v.shape[0] + abs(k)
    first = max(k, -k * n)
    flat = ops.fill(v, shape=n * n, value=0, dtype=v.dtype)
    places = slice(first, first + v.shape[0] * (n + 1), n + 1)
    return ops.reshape(ops.index_set(flat, places, v), (n, n))


def diagflat(v: Any, k: int = 0) -> Tensor:
    """A matrix with the flat elements on diagonal k."""
    return diag(ops.ravel(as_tensor(v)), k)


def diag_indices(n: int, ndim: int = 2) -> tuple[Tensor, ...]:
    """The positions of the main diagonal of a grid with `ndim` axes of size n."""
    return (ops.arange(n),) * ndim


def tril_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Tensor, Tensor]:
    """The rows and columns of the lower triangle of an (n, m) matrix, up to diagonal k."""
    rows, columns = _np.tril_indices(n, k, m)
    return as_tensor(rows), as_tensor(columns)


def triu_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Tensor, Tensor]:
    """The rows and columns of the upper triangle of an (n, m) matrix, from diagonal k on."""
    rows, columns = _np.triu_indices(n, k, m)
    return as_tensor(rows), as_tensor(columns)


def unravel_index(indices: Any, shape: int | Sequence[int]) -> tuple[Tensor, ...]:
    """Flat numbers as positions, one tensor for each axis of `shape`."""
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    rest = as_tensor(indices)
    found: list[Tensor] = []
    for n in reversed(sizes):
        found.append(ops.remainder(rest, n))
        rest = ops.floor_divide(rest, n)
    return tuple(reversed(found))


def ravel_multi_index(multi_index: Sequence[Any], dims: Sequence[int]) -> Tensor:
    """Positions, one tensor for each axis of `dims`, as flat numbers."""
    if len(multi_index) != len(dims):
        raise ShapeError(f"{len(multi_index)} positions for {len(dims)} axes.")
    steps = [math.prod(dims[i + 1 :]) for i in range(len(dims))]
    found: Any = 0
    for position, step in zip(multi_index, steps, strict=True):
        found = as_tensor(position) * step + found
    return found


# Vectors and matrices of known numbers


def logspace(
    start: float, stop: float, num: int = 50, endpoint: bool = True, base: float = 10.0,
    dtype: DTypeLike | None = None,
) -> Tensor:  # fmt: skip
    """`num` powers of `base`, whose exponents go in equal steps from start to stop."""
    exponents = ops.linspace(start, stop, num, dtype="float64", endpoint=endpoint)
    return ops.power(base, exponents).astype(dtype or default_float())


def geomspace(
    start: float, stop: float, num: int = 50, endpoint: bool = True, dtype: DTypeLike | None = None
) -> Tensor:
    """`num` numbers from start to stop, each the same multiple of the one before."""
    if start * stop <= 0:
        raise ArgumentError(
            "start and stop have one sign and are not 0.", got=f"{start} and {stop}"
        )
    sign = 1.0 if start > 0 else -1.0
    ends = (math.log10(abs(start)), math.log10(abs(stop)))
    return logspace(*ends, num, endpoint, 10.0, dtype) * sign


def identity(n: int, dtype: DTypeLike | None = None) -> Tensor:
    """The (n, n) matrix with ones on the diagonal."""
    return ops.eye(n, dtype=dtype)


def tri(n: int, m: int | None = None, k: int = 0, dtype: DTypeLike | None = None) -> Tensor:
    """An (n, m) matrix with ones at and below diagonal k."""
    return ops.tril(ops.ones((n, n if m is None else m), dtype=dtype), k=k)


def vander(x: Any, n: int | None = None, increasing: bool = False) -> Tensor:
    """The powers of a vector as columns, from n - 1 down to 0 unless `increasing`."""
    x = as_tensor(x)
    if x.ndim != 1:
        raise ShapeError("vander() takes a vector.", got=f"x {x.shape}")
    count: int = x.shape[0] if n is None else n
    powers = range(count) if increasing else range(count - 1, -1, -1)
    return ops.stack([x**p for p in powers], 1) if count else ops.zeros((x.shape[0], 0), x.dtype)
