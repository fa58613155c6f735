"""Distributions of vectors."""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.device import DeviceLike
from unideep.dispatch import as_tensor, find_backend
from unideep.dtype import DTypeLike
from unideep.errors import ShapeError
from unideep.random.gamma_family import log_gamma
from unideep.random.plan import bare_plan, check, plan
from unideep.random.selection import check_distribution, sorted_into
from unideep.tensor import Tensor

__all__ = ["dirichlet", "multinomial", "multivariate_normal"]

Size = int | tuple[int, ...] | None
Device = DeviceLike | None
DType = DTypeLike | None


def multinomial(n: int, pvals: Any, size: Size = None) -> Tensor:
    """How often each category comes in n draws: n uniform numbers for each sample, sorted in.

    Shape:
        pvals (k,) -> (*size, k), int64.
    Raises:
        ArgumentError: n is negative, or pvals do not add up to 1.
    """
    check("n", n, lambda v: v < 0, "is negative")
    p = bare_plan(size, None, pvals)
    weights = p.tensor(pvals)
    rows, k = math.prod(p.shape), weights.size
    check_distribution(weights, k)
    found = sorted_into(weights, p._replace(shape=(rows, n)).unit())
    cells = found + ops.iota(found, length=rows, dtype="int64")[:, None] * k
    counts = ops.fill(found, shape=(rows * k,), value=0, dtype="int64")
    return ops.reshape(ops.index_add(counts, cells, 1), (*p.shape, k))


def dirichlet(alpha: Any, size: Size = None, dtype: DType = None, device: Device = None) -> Tensor:
    """Points of a simplex: positive numbers that add up to 1, along the last axis. No gradient.

    Shape:
        alpha (..., k), positive concentrations -> (*size, ..., k).
    Raises:
        ArgumentError: alpha is not positive.
    """
    p, alpha = plan(None, dtype, device, alpha)
    check("alpha", alpha, lambda v: v <= 0, "is not positive")
    p = p.times(*bare_plan(size, None).shape)
    return p.finish(ops.softmax(log_gamma(p, alpha), -1))


def multivariate_normal(mean: Any, cov: Any, size: Size = None, dtype: DType = None,
                        device: Device = None) -> Tensor:  # fmt: skip
    """Normal vectors: mean + L z with L the Cholesky factor of the covariance.

    Shape:
        mean (..., n), cov (..., n, n) -> (*size, ..., n).
    Raises:
        LinAlgError: the covariance is not positive definite. Add a little to its diagonal.
        ShapeError: the covariance is not n by n.
    Gradient: to mean and cov.
    """
    near = find_backend((mean, cov))
    mean, cov = as_tensor(mean, backend=near), as_tensor(cov, backend=near)
    if not mean.ndim or cov.shape[-2:] != mean.shape[-1:] * 2:
        raise ShapeError("cov is not n by n.", got=f"mean {mean.shape}, cov {cov.shape}")
    p, mean, cov = plan(None, dtype, device, mean[..., None], cov)
    p = p._replace(shape=(*bare_plan(size, None).shape, *p.shape[:-1]))
    return p.finish(mean[..., 0] + ops.matvec(ops.cholesky(cov), p.normal()))
