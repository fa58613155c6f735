"""Distributions with a density whose inverse distribution function is known.

Each sample is a function of one uniform or normal number and of the parameters, so gradients flow
to the parameters. All take `size`, `dtype` (float32, or that of the parameters) and `device`;
parameters are numbers or tensors that broadcast.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from unideep import ops
from unideep.device import DeviceLike
from unideep.dtype import DTypeLike
from unideep.random.plan import Plan, bare_plan, check, plan
from unideep.tensor import Tensor

__all__ = [
    "cauchy", "exponential", "gumbel", "laplace", "logistic", "lognormal", "normal", "normal_n",
    "pareto", "power", "rand", "randn", "random", "rayleigh", "standard_cauchy",
    "standard_exponential", "standard_normal", "uniform", "uniform_n", "weibull",
]  # fmt: skip

Size = int | tuple[int, ...] | None
Device = DeviceLike | None
DType = DTypeLike | None


def uniform(low: Any = 0.0, high: Any = 1.0, size: Size = None, dtype: DType = None,
            device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples spread evenly over [low, high).

    float32 has 24 random bits, float64 53; the bits are the same on every backend.

    Gradient: to low and high.
    """
    p, low, high = plan(size, dtype, device or ctx, low, high)
    return p.finish(low + (high - low) * p.unit())


def rand(*size: int, dtype: DType = None, device: Device = None, ctx: Device = None) -> Tensor:
    """Samples from [0, 1), the dimensions as arguments."""
    return uniform(0.0, 1.0, size, dtype, device or ctx)


def random(size: Size = None, dtype: DType = None, device: Device = None) -> Tensor:
    """Samples from [0, 1)."""
    return uniform(0.0, 1.0, size, dtype, device)


def normal(loc: Any = 0.0, scale: Any = 1.0, size: Size = None, dtype: DType = None,
           device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples of the normal distribution.

    Raises:
        ArgumentError: a negative scale.
    Gradient: to loc and scale.
    Source:
        Box and Muller, 1958.
    """
    return _scaled(Plan.normal, loc, scale, size, dtype, device or ctx)


def uniform_n(low: Any = 0.0, high: Any = 1.0, batch_shape: Size = None, dtype: DType = None,
              device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """As many samples for each element of low and high as `batch_shape` says, in front."""
    return uniform(low, high, _batch(batch_shape, low, high), dtype, device or ctx)


def normal_n(loc: Any = 0.0, scale: Any = 1.0, batch_shape: Size = None, dtype: DType = None,
             device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """As many samples for each element of loc and scale as `batch_shape` says, in front."""
    return normal(loc, scale, _batch(batch_shape, loc, scale), dtype, device or ctx)


def randn(*size: int, dtype: DType = None, device: Device = None, ctx: Device = None) -> Tensor:
    """Standard normal numbers, the dimensions as arguments."""
    return normal(0.0, 1.0, size, dtype, device or ctx)


def standard_normal(size: Size = None, dtype: DType = None, device: Device = None) -> Tensor:
    """Samples of the normal distribution with mean 0 and deviation 1."""
    return normal(0.0, 1.0, size, dtype, device)


def lognormal(mean: Any = 0.0, sigma: Any = 1.0, size: Size = None, dtype: DType = None,
              device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Numbers whose logarithm is normal. Gradient: to mean and sigma."""
    return ops.exp(normal(mean, sigma, size, dtype, device or ctx))


def exponential(scale: Any = 1.0, size: Size = None, dtype: DType = None, device: Device = None,
                ctx: Device = None) -> Tensor:  # fmt: skip
    """Waiting times with mean `scale`, not negative. Gradient: to scale.

    Raises:
        ArgumentError: a negative scale.
    """
    return _scaled(_waiting, 0.0, scale, size, dtype, device or ctx)


def standard_exponential(size: Size = None, dtype: DType = None, device: Device = None) -> Tensor:
    """Waiting times with mean 1."""
    return exponential(1.0, size, dtype, device)


def laplace(loc: Any = 0.0, scale: Any = 1.0, size: Size = None, dtype: DType = None,
            device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples with density exp(-|x - loc| / scale) / (2 scale). Gradient: to loc and scale."""
    return _scaled(_two_sided, loc, scale, size, dtype, device or ctx)


def logistic(loc: Any = 0.0, scale: Any = 1.0, size: Size = None, dtype: DType = None,
             device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples whose distribution function is sigmoid((x - loc) / scale).

    Gradient: to loc and scale.
    """
    return _scaled(_log_odds, loc, scale, size, dtype, device or ctx)


def gumbel(loc: Any = 0.0, scale: Any = 1.0, size: Size = None, dtype: DType = None,
           device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples whose distribution function is exp(-exp(-(x - loc) / scale)).

    Gradient: to loc and scale.
    """
    return _scaled(_largest, loc, scale, size, dtype, device or ctx)


def cauchy(loc: Any = 0.0, scale: Any = 1.0, size: Size = None, dtype: DType = None,
           device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples with density 1 / (π scale (1 + ((x - loc) / scale)²)). Gradient: to loc and scale."""
    return _scaled(_tangent, loc, scale, size, dtype, device or ctx)


def standard_cauchy(size: Size = None, dtype: DType = None, device: Device = None) -> Tensor:
    """Samples with density 1 / (π (1 + x²))."""
    return cauchy(0.0, 1.0, size, dtype, device)


def rayleigh(scale: Any = 1.0, size: Size = None, dtype: DType = None, device: Device = None,
             ctx: Device = None) -> Tensor:  # fmt: skip
    """Lengths of plane vectors with normal coordinates of deviation `scale`. Gradient: to scale."""
    return _scaled(lambda p: ops.sqrt(2.0 * _waiting(p)), 0.0, scale, size, dtype, device or ctx)


def weibull(a: Any, size: Size = None, dtype: DType = None, device: Device = None,
            ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples of the Weibull distribution of shape a > 0: E^(1/a), E exponential. Gradient: to a.

    Raises:
        ArgumentError: a is not positive.
    """
    return _shaped(lambda e, a: ops.power(e, 1.0 / a), a, size, dtype, device or ctx)


def pareto(a: Any, size: Size = None, dtype: DType = None, device: Device = None,
           ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples of the Lomax distribution of shape a > 0: exp(E / a) - 1, E exponential.

    Add 1 for the classical Pareto distribution, as with NumPy's. Gradient: to a.

    Raises:
        ArgumentError: a is not positive.
    """
    return _shaped(lambda e, a: ops.expm1(e / a), a, size, dtype, device or ctx)


def power(a: Any, size: Size = None, dtype: DType = None, device: Device = None,
          ctx: Device = None) -> Tensor:  # fmt: skip
    """Samples of [0, 1] with density a x^(a - 1), a > 0. Gradient: to a.

    Raises:
        ArgumentError: a is not positive.
    """
    return _shaped(lambda e, a: ops.exp(-e / a), a, size, dtype, device or ctx)


def _batch(batch_shape: Size, *parameters: Any) -> tuple[int, ...]:
    return (*bare_plan(batch_shape, None).shape, *plan(None, None, None, *parameters)[0].shape)


# Samples of location 0 and scale 1


def _waiting(p: Plan) -> Tensor:
    return -ops.log(p.positive())


def _two_sided(p: Plan) -> Tensor:
    u = p.open_unit()
    return ops.where(u < 0.5, ops.log(2.0 * u), -ops.log(2.0 * (1.0 - u)))


def _log_odds(p: Plan) -> Tensor:
    u = p.open_unit()
    return ops.log(u / (1.0 - u))


def _largest(p: Plan) -> Tensor:
    return -ops.log(-ops.log(p.open_unit()))


def _tangent(p: Plan) -> Tensor:
    return ops.tan(math.pi * (p.open_unit() - 0.5))


def _scaled(draw: Callable[[Plan], Tensor], loc: Any, scale: Any, size: Size, dtype: DType,
            device: Device) -> Tensor:  # fmt: skip
    """loc + scale * what `draw` gives."""
    p, loc, scale = plan(size, dtype, device, loc, scale)
    check("scale", scale, lambda v: v < 0, "is negative")
    return p.finish(loc + scale * draw(p))


def _shaped(of_waiting: Callable[[Tensor, Any], Tensor], a: Any, size: Size, dtype: DType,
            device: Device) -> Tensor:  # fmt: skip
    """A function of an exponential number and of the shape parameter a."""
    p, a = plan(size, dtype, device, a)
    check("a", a, lambda v: v <= 0, "is not positive")
    return p.finish(of_waiting(_waiting(p), a))
