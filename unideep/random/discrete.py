"""Distributions of whole numbers, and masks. Equal to the bit on every backend; no gradients.

What decides is computed in float64: engines round differently, and where a uniform number falls
between two roundings (once in 10^15 samples) their results may differ.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as _np

from unideep import ops
from unideep.backend import get_backend
from unideep.device import DeviceLike
from unideep.dispatch import scope
from unideep.dtype import DTypeLike
from unideep.random.gamma_family import first_accepted, gamma
from unideep.random.plan import Plan, check, plan
from unideep.random.state import new_key
from unideep.tensor import Tensor

__all__ = ["bernoulli", "binomial", "geometric", "keep_mask", "negative_binomial", "poisson"]

CANDIDATES = 12
"""Of each at least 75 % are accepted: none of them once in 10^7 samples, which become the mean."""
SMALL = 10.0
"""The mean below which terms of the distribution are added up."""
TERMS = 48
"""With a mean below `SMALL` larger numbers come once in 10^16 samples."""

Size = int | tuple[int, ...] | None
Device = DeviceLike | None


def keep_mask(shape: tuple[int, ...], keep: float, like: Tensor) -> Tensor:
    """Booleans that hold with probability `keep`, on the backend of `like`."""
    key = new_key(get_backend(like.backend))
    if scope.source == "native":
        return ops.native_unit(key, shape, "float32") < keep
    return ops.random_mask(key, shape, round(keep * 2**32))


def bernoulli(prob: Any = 0.5, size: Size = None, dtype: DTypeLike = "float32",
              device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Ones with probability `prob`, else zeros.

    Raises:
        ArgumentError: `prob` is not in [0, 1].
    """
    p, prob = plan(size, None, device or ctx, prob)
    check_probability("prob", prob)
    return (p.unit() < prob).astype(dtype)


def geometric(p: Any, size: Size = None, dtype: DTypeLike = "int64",
              device: Device = None) -> Tensor:  # fmt: skip
    """How many trials until the first success, 1 or more. By inversion.

    Raises:
        ArgumentError: the probability p of a success is not in (0, 1].
    """
    draw, p = plan(size, "float64", device, p)
    check_probability("p", p)
    check("p", p, lambda v: v == 0, "is zero: no success would ever come")
    failures = ops.log(draw.open_unit()) / ops.log1p(-draw.tensor(p))
    return (ops.floor(failures) + 1.0).astype(dtype)


def poisson(lam: Any = 1.0, size: Size = None, dtype: DTypeLike = "int64",
            device: Device = None) -> Tensor:  # fmt: skip
    """How many events come in a time in which `lam` are expected.

    Below 10 by inversion, from there on by rejection, with twelve candidates for each sample.

    Raises:
        ArgumentError: `lam` is negative.
    Source:
        Hörmann, "The transformed rejection method for generating Poisson random variables", 1993.
    """
    p, lam = plan(size, "float64", device, lam)
    check("lam", lam, lambda v: ~(v >= 0), "is negative or NaN")
    rate = p.tensor(lam)
    few = functools.partial(_add_up, p, ops.exp(-rate), lambda j: rate / j)
    many = functools.partial(_poisson_by_rejection, p, rate)
    return _by_mean(lam, few, many).astype(dtype)


def binomial(n: Any, p: Any, size: Size = None, dtype: DTypeLike = "int64",
             device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """How many of n trials succeed.

    Below a mean of 10 by inversion, from there on by rejection, with twelve candidates for each
    sample; with p > 1/2 failures are counted.

    Raises:
        ArgumentError: n is negative, or the probability p of a success is not in [0, 1].
    Source:
        Hörmann, "The generation of binomial random variates", 1993: algorithm BTRS without squeeze.
    """
    draw, n, p = plan(size, "float64", device or ctx, n, p)
    check("n", n, lambda v: (v < 0) | (v != _np.floor(v)), "is not a number of trials")
    check_probability("p", p)
    trials, chance = draw.tensor(n), draw.tensor(p)
    flipped = chance > 0.5
    chance = ops.where(flipped, 1.0 - chance, chance)
    odds = chance / (1.0 - chance)
    none = ops.exp(trials * ops.log1p(-chance))
    few = functools.partial(_add_up, draw, none, lambda j: odds * ((trials - j + 1.0) / j))
    many = functools.partial(_binomial_by_rejection, draw, trials, chance)
    mean = trials * chance if isinstance(n, Tensor) or isinstance(p, Tensor) else n * min(p, 1 - p)
    count = _by_mean(mean, few, many)
    return ops.where(flipped, trials - count, count).astype(dtype)


def negative_binomial(n: Any, p: Any, size: Size = None, dtype: DTypeLike = "int64",
                      device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """How many failures come before the n-th success: Poisson with a gamma rate.

    Raises:
        ArgumentError: n is not positive, or the probability p of a success is not in (0, 1].
    """
    draw, n, p = plan(size, "float64", device or ctx, n, p)
    check("n", n, lambda v: v <= 0, "is not positive")
    check_probability("p", p)
    check("p", p, lambda v: v == 0, "is zero: no success would ever come")
    chance = draw.tensor(p)
    return poisson(gamma(n, (1.0 - chance) / chance, draw.shape, "float64"), dtype=dtype)


def check_probability(name: str, value: Any) -> None:
    """Raise if a number is not in [0, 1]."""
    check(name, value, lambda v: ~((v >= 0) & (v <= 1)), "is not a probability")


def _by_mean(mean: Any, few: Callable[[], Tensor], many: Callable[[], Tensor]) -> Tensor:
    """One method for small means, one for large; both where a tensor holds the means."""
    if isinstance(mean, Tensor):
        return ops.where(mean < SMALL, few(), many())
    return few() if mean < SMALL else many()


def _add_up(p: Plan, term: Tensor, ratio: Callable[[int], Tensor]) -> Tensor:
    """By inversion: the number of partial sums of the probabilities that do not exceed u.

    Args:
        term: The probability of 0.
        ratio: That of j over that of j - 1.
    """
    u = p.unit()
    total, count = term, ops.zeros_like(u)
    for j in range(1, TERMS):
        count = count + (u >= total).astype("float64")
        term = term * ratio(j)
        total = total + term
    return count


def _poisson_by_rejection(p: Plan, rate: Tensor) -> Tensor:
    b = 0.931 + 2.53 * ops.sqrt(rate)
    bound = 1.1239 + 1.1328 / (b - 3.4)
    log_rate = ops.log(rate)

    def log_density(k: Tensor) -> Tensor:
        return k * log_rate - rate - _log_factorial(k)

    return _reject(p, b * 0.02483 - 0.059, b, rate + 0.43, bound, log_density, rate)


def _binomial_by_rejection(p: Plan, n: Tensor, chance: Tensor) -> Tensor:
    deviation = ops.sqrt(n * chance * (1.0 - chance))
    b = 1.15 + 2.53 * deviation
    a = 0.0248 * b + 0.01 * chance - 0.0873
    bound = (2.83 + 5.1 / b) * deviation
    log_odds = ops.log(chance) - ops.log1p(-chance)
    mode = ops.floor((n + 1.0) * chance)
    peak = _log_factorial(mode) + _log_factorial(n - mode)

    def log_density(k: Tensor) -> Tensor:
        rest = peak - _log_factorial(k) - _log_factorial(n - k)
        return ops.where(k <= n, rest + (k - mode) * log_odds, -math.inf)

    return _reject(p, a, b, n * chance + 0.5, bound, log_density, mode)


def _reject(p: Plan, a: Tensor, b: Tensor, center: Tensor, bound: Tensor,
            log_density: Callable[[Tensor], Tensor], default: Tensor) -> Tensor:  # fmt: skip
    """Transformed rejection with Hörmann's table mountain (2 a / (1/2 - |u|) + b) u + center."""
    u, v = p.times(2, CANDIDATES).open_unit()
    u = u - 0.5
    edge = 0.5 - ops.abs(u)
    k = ops.floor((2.0 * a / edge + b) * u + center)
    height = ops.log(v * bound / (a / (edge * edge) + b))
    accepted = ops.logical_and(k >= 0.0, height <= log_density(ops.maximum(k, 0.0)))
    return first_accepted(accepted, k, ops.floor(default))


def _log_factorial(k: Tensor) -> Tensor:
    """log k! to 1e-11: six steps up by the recurrence, from there Stirling's series."""
    x = k + 7.0
    steps = math.prod((k + float(i) for i in range(2, 7)), start=k + 1.0)
    series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / (x * x)) / (x * x)) / (x * x)) / x
    half_log_2pi = 0.5 * math.log(2 * math.pi)
    return (x - 0.5) * ops.log(x) - x + half_log_2pi + series - ops.log(steps)
