"""The gamma distribution and its kin.

Rejection is settled in float64 whatever the result's dtype, so that no backend's rounding decides
otherwise than another's.
"""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.device import DeviceLike
from unideep.dtype import DTypeLike, float64
from unideep.random.plan import Plan, check, plan
from unideep.tensor import Tensor

__all__ = ["beta", "chisquare", "f", "gamma", "standard_gamma", "standard_t"]

CANDIDATES = 6
"""Of each at least 95 % are accepted: none of them once in 10^8 samples, which become the mode."""

Size = int | tuple[int, ...] | None
Device = DeviceLike | None
DType = DTypeLike | None


def gamma(shape: Any, scale: Any = 1.0, size: Size = None, dtype: DType = None,
          device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples with density proportional to x^(shape - 1) exp(-x / scale).

    Six candidates for each sample, of which the first accepted counts.

    Raises:
        ArgumentError: a negative shape or scale.
    Gradient: to scale; none to shape.
    Source:
        Marsaglia and Tsang, "A simple method for generating gamma variables", 2000.
    """
    p, shape, scale = plan(size, dtype, device or ctx, shape, scale)
    check("shape", shape, lambda v: v < 0, "is negative")
    check("scale", scale, lambda v: v < 0, "is negative")
    return p.finish(ops.exp(log_gamma(p, shape)) * scale)


def standard_gamma(shape: Any, size: Size = None, dtype: DType = None,
                   device: Device = None) -> Tensor:  # fmt: skip
    """Samples of the gamma distribution of scale 1."""
    return gamma(shape, 1.0, size, dtype, device)


def chisquare(df: Any, size: Size = None, dtype: DType = None, device: Device = None,
              ctx: Device = None) -> Tensor:  # fmt: skip
    """Sums of `df` squared standard normal numbers, df > 0 not necessarily whole. No gradient."""
    p, df = plan(size, dtype, device or ctx, df)
    return p.finish(_chisquare(p, "df", df))


def beta(a: Any, b: Any, size: Size = None, dtype: DType = None, device: Device = None,
         ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples of [0, 1] with density proportional to x^(a - 1) (1 - x)^(b - 1). No gradient.

    From two gamma variables' logarithms, so that small a and b do not underflow.

    Raises:
        ArgumentError: a or b is not positive.
    """
    p, a, b = plan(size, dtype, device or ctx, a, b)
    check("a", a, lambda v: v <= 0, "is not positive")
    check("b", b, lambda v: v <= 0, "is not positive")
    return p.finish(ops.sigmoid(log_gamma(p, a) - log_gamma(p, b)))


def f(dfnum: Any, dfden: Any, size: Size = None, dtype: DType = None, device: Device = None,
      ctx: Device = None) -> Tensor:  # fmt: skip
    """Ratios of two chi-square variables, each over its degrees of freedom. No gradient."""
    p, dfnum, dfden = plan(size, dtype, device or ctx, dfnum, dfden)
    top, bottom = _chisquare(p, "dfnum", dfnum) / dfnum, _chisquare(p, "dfden", dfden) / dfden
    return p.finish(top / bottom)


def standard_t(df: Any, size: Size = None, dtype: DType = None, device: Device = None) -> Tensor:
    """Samples of Student's t with `df` degrees of freedom. No gradient."""
    p, df = plan(size, dtype, device, df)
    return p.finish(p.normal() / ops.sqrt(_chisquare(p, "df", df) / df))


def _chisquare(p: Plan, name: str, df: Any) -> Tensor:
    check(name, df, lambda v: v <= 0, "is not positive")
    return 2.0 * ops.exp(log_gamma(p, df * 0.5))


def log_gamma(p: Plan, a: Any) -> Tensor:
    """Logarithms, in float64, of gamma variables of shape a and scale 1.

    Below a = 1 those of a + 1 are taken times U^(1/a).
    """
    a = ops.stop_gradient(p.tensor(a))
    p = p._replace(work=float64)
    d = ops.where(a < 1.0, a + 1.0, a) - 1.0 / 3.0
    x, log_u = p.times(CANDIDATES).normal(), ops.log(p.times(CANDIDATES).positive())
    v = ops.power(1.0 + x / ops.sqrt(9.0 * d), 3)
    log_v = ops.log(ops.maximum(v, 1e-300))
    accepted = log_u < 0.5 * x * x + d * (1.0 - v + log_v)
    chosen = first_accepted(accepted, log_v, ops.zeros_like(log_v[0]))
    boost = ops.where(a < 1.0, ops.log(p.positive()) / a, 0.0)
    return ops.log(d) + chosen + boost


def first_accepted(accepted: Tensor, candidates: Tensor, default: Tensor) -> Tensor:
    """The first accepted candidate along axis 0, or the default."""
    for k in reversed(range(accepted.shape[0])):
        default = ops.where(accepted[k], candidates[k], default)
    return default
