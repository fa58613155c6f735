"""Element by element: arithmetic, exponentials, trigonometry, bits, where.

Rules are written on public operations, so the gradient of a gradient is a gradient as well.
"""

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.op import Index, TensorLike, composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "abs", "acos", "acosh", "add", "angle", "asin", "asinh", "atan", "atan2", "atanh",
    "bitwise_and", "bitwise_invert", "bitwise_left_shift", "bitwise_or", "bitwise_right_shift",
    "bitwise_xor", "ceil", "clip", "conj", "copysign", "cos", "cosh", "divide", "erf", "exp",
    "expm1", "floor", "floor_divide", "hypot", "imag", "log", "log10", "log1p", "log2",
    "logaddexp", "logical_and", "logical_not", "logical_or", "logical_xor", "maximum", "minimum",
    "multiply", "negative", "nextafter", "positive", "power", "real", "reciprocal", "remainder",
    "round", "rsqrt", "sign", "signbit", "sin", "sinh", "sqrt", "square", "subtract", "tan",
    "tanh", "trunc", "where",
]  # fmt: skip


# Arithmetic


@primitive(lambda g, z, x, y: g, lambda g, z, x, y: g)
def add(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x + y."""


@primitive(lambda g, z, x, y: g, lambda g, z, x, y: -g, kinds="uifc")
def subtract(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x - y."""


@primitive(lambda g, z, x, y: g * y, lambda g, z, x, y: g * x)
def multiply(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x * y."""


@primitive(lambda g, z, x, y: g / y, lambda g, z, x, y: -g * z / y, to_float=True)
def divide(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x / y; integers give floats."""


@primitive(kinds="uif")
def floor_divide(x: TensorLike, y: TensorLike, /) -> Tensor:
    """The floor of x / y."""


@primitive(lambda g, z, x, y: g, lambda g, z, x, y: -g * floor_divide(x, y), kinds="uif")
def remainder(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x - y * floor(x / y): takes the sign of y."""


@primitive(
    lambda g, z, x, y: g * y * power(x, y - 1),
    lambda g, z, x, y: g * z * _log_of_base(x, z),
)
def power(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x to the power of y. The gradient to y at x = 0 is 0."""


def _log_of_base(x: Any, z: Tensor) -> Tensor:
    """log x, 0 where x is 0; a Python number counts in the precision of the result z."""
    x = x if isinstance(x, Tensor) else ops.full_like(z, x)
    return log(where(x == 0, 1.0, x))


@primitive(
    lambda g, z, x, y: g * _share(x, z, y),
    lambda g, z, x, y: g * _share(y, z, x),
)
def maximum(x: TensorLike, y: TensorLike, /) -> Tensor:
    """The larger of two. Where they are equal, each gets half the gradient."""


@primitive(
    lambda g, z, x, y: g * _share(x, z, y),
    lambda g, z, x, y: g * _share(y, z, x),
)
def minimum(x: TensorLike, y: TensorLike, /) -> Tensor:
    """The smaller of two. Where they are equal, each gets half the gradient."""


def _share(x: Any, z: Tensor, y: Any) -> Tensor:
    """1 where x was chosen, 1/2 where y was as well, else 0."""
    return where(ops.equal(x, z), where(ops.equal(x, y), 0.5, 1.0), 0.0).astype(z.dtype, copy=False)


@primitive(
    None,
    lambda g, z, c, x, y: where(c, g, 0),
    lambda g, z, c, x, y: where(c, 0, g),
)
def where(condition: Index, x: TensorLike, y: TensorLike, /) -> Tensor:
    """x where the condition holds, else y. What is not chosen gets gradient 0, NaN or not."""


@primitive(lambda g, y, x: -g, kinds="uifc")
def negative(x: Tensor, /) -> Tensor:
    """-x."""


@composite()
def positive(x: Tensor, /) -> Tensor:
    """+x: the same values."""
    return ops.copy(x)


@primitive(lambda g, y, x: g * conj(sign(x)))
def abs(x: Tensor, /) -> Tensor:
    """|x|, real for complex x. The gradient at 0 is 0."""


@primitive(
    lambda g, y, x: _turn(g, y, x) if x.dtype.kind == "c" else ops.zeros_like(x), kinds="uifc"
)
def sign(x: Tensor, /) -> Tensor:
    """-1, 0 or 1; x / |x| for complex x. The gradient at 0 is 0."""


def _turn(g: Tensor, y: Tensor, x: Tensor) -> Tensor:
    """The gradient of x / |x|: only what turns x changes it."""
    size = abs(x)
    return (g - conj(g * y * y)) * where(size == 0, 0.0, 0.5 / where(size == 0, 1.0, size))


@composite()
def copysign(x: TensorLike, y: TensorLike, /) -> Tensor:
    """|x| with the sign of y, that of a zero as well."""
    return where(logical_xor(signbit(x), signbit(y)), -x, x)


@primitive()
def signbit(x: TensorLike, /) -> Tensor:
    """Whether x is negative; -0.0 is."""


@primitive()
def nextafter(x: TensorLike, y: TensorLike, /) -> Tensor:
    """The next number after x in the direction of y."""


@composite()
def square(x: Tensor, /) -> Tensor:
    """x * x."""
    return x * x


@composite()
def reciprocal(x: Tensor, /) -> Tensor:
    """1 / x."""
    return 1.0 / x


def clip(x: Tensor, /, min: Any = None, max: Any = None) -> Tensor:
    """The values limited to [min, max], numbers or tensors; None leaves a side open."""
    return clamp(x, min, max)


@composite()
def clamp(x: Tensor, low: TensorLike | None = None, high: TensorLike | None = None, /) -> Tensor:
    """`clip` in an operation's form."""
    if low is not None:
        x = where(ops.less(x, low), low, x)
    if high is not None:
        x = where(ops.greater(x, high), high, x)
    return x


# Complex numbers: a real tensor is its own real part


@primitive(lambda g, y, x: conj(g))
def conj(x: Tensor, /) -> Tensor:
    """The complex conjugate."""


@primitive(lambda g, y, x: g)
def real(x: Tensor, /) -> Tensor:
    """The real part."""


@primitive(lambda g, y, x: g * -1j if x.dtype.kind == "c" else ops.zeros_like(x))
def imag(x: Tensor, /) -> Tensor:
    """The imaginary part."""


@composite(to_float=True)
def angle(x: Tensor, /, deg: bool = False) -> Tensor:
    """The angle of x in the complex plane, in radians or degrees."""
    radians = atan2(imag(x), real(x))
    return radians * (180 / math.pi) if deg else radians


# Roots, exponentials, logarithms


@primitive(lambda g, z, x, y: g * x / z, lambda g, z, x, y: g * y / z, to_float=True)
def hypot(x: TensorLike, y: TensorLike, /) -> Tensor:
    """sqrt(x * x + y * y) without overflow. The gradient at (0, 0) is NaN."""


@composite(to_float=True)
def logaddexp(x: TensorLike, y: TensorLike, /) -> Tensor:
    """log(exp(x) + exp(y)) without overflow."""
    gap = abs(subtract(x, y))
    near = maximum(x, y) + log1p(exp(negative(gap)))
    return where(ops.isnan(gap), add(x, y), near)  # equal infinities have no gap


@primitive(lambda g, y, x: g * 0.5 / y, to_float=True)
def sqrt(x: Tensor, /) -> Tensor:
    """The square root. The gradient at 0 is infinite."""


@composite()
def rsqrt(x: Tensor, /) -> Tensor:
    """1 / sqrt(x)."""
    return 1.0 / sqrt(x)


@primitive(lambda g, y, x: g * y, to_float=True)
def exp(x: Tensor, /) -> Tensor:
    """e to the power of x."""


@primitive(lambda g, y, x: g * (y + 1), to_float=True)
def expm1(x: Tensor, /) -> Tensor:
    """exp(x) - 1, exact near 0."""


@primitive(lambda g, y, x: g / x, to_float=True)
def log(x: Tensor, /) -> Tensor:
    """The natural logarithm."""


@primitive(lambda g, y, x: g / (1 + x), to_float=True)
def log1p(x: Tensor, /) -> Tensor:
    """log(1 + x), exact near 0."""


@primitive(lambda g, y, x: g / (x * math.log(2)), to_float=True)
def log2(x: Tensor, /) -> Tensor:
    """The logarithm to base 2."""


@primitive(lambda g, y, x: g / (x * math.log(10)), to_float=True)
def log10(x: Tensor, /) -> Tensor:
    """The logarithm to base 10."""


@primitive(lambda g, y, x: g * (2 / math.sqrt(math.pi)) * exp(-x * x), to_float=True)
def erf(x: Tensor, /) -> Tensor:
    """The error function."""


# Trigonometry


@primitive(lambda g, y, x: g * cos(x), to_float=True)
def sin(x: Tensor, /) -> Tensor:
    """The sine."""


@primitive(lambda g, y, x: -g * sin(x), to_float=True)
def cos(x: Tensor, /) -> Tensor:
    """The cosine."""


@primitive(lambda g, y, x: g * (1 + y * y), to_float=True)
def tan(x: Tensor, /) -> Tensor:
    """The tangent."""


@primitive(lambda g, y, x: g / sqrt(1 - x * x), to_float=True)
def asin(x: Tensor, /) -> Tensor:
    """The inverse sine."""


@primitive(lambda g, y, x: -g / sqrt(1 - x * x), to_float=True)
def acos(x: Tensor, /) -> Tensor:
    """The inverse cosine."""


@primitive(lambda g, y, x: g / (1 + x * x), to_float=True)
def atan(x: Tensor, /) -> Tensor:
    """The inverse tangent."""


@primitive(
    lambda g, z, y, x: g * x / (x * x + y * y),
    lambda g, z, y, x: -g * y / (x * x + y * y),
    to_float=True,
)
def atan2(y: TensorLike, x: TensorLike, /) -> Tensor:
    """The angle of the point (x, y)."""


@primitive(lambda g, y, x: g * cosh(x), to_float=True)
def sinh(x: Tensor, /) -> Tensor:
    """The hyperbolic sine."""


@primitive(lambda g, y, x: g * sinh(x), to_float=True)
def cosh(x: Tensor, /) -> Tensor:
    """The hyperbolic cosine."""


@primitive(lambda g, y, x: g * (1 - y * y), to_float=True)
def tanh(x: Tensor, /) -> Tensor:
    """The hyperbolic tangent."""


@primitive(lambda g, y, x: g / sqrt(x * x + 1), to_float=True)
def asinh(x: Tensor, /) -> Tensor:
    """The inverse hyperbolic sine."""


@primitive(lambda g, y, x: g / (sqrt(x - 1) * sqrt(x + 1)), to_float=True)
def acosh(x: Tensor, /) -> Tensor:
    """The inverse hyperbolic cosine."""


@primitive(lambda g, y, x: g / (1 - x * x), to_float=True)
def atanh(x: Tensor, /) -> Tensor:
    """The inverse hyperbolic tangent."""


# Rounding: piecewise constant, so the gradient is zero


@primitive(lambda g, y, x: ops.zeros_like(x))
def floor(x: Tensor, /) -> Tensor:
    """The largest integer not above x."""


@primitive(lambda g, y, x: ops.zeros_like(x))
def ceil(x: Tensor, /) -> Tensor:
    """The smallest integer not below x."""


@primitive(lambda g, y, x: ops.zeros_like(x))
def trunc(x: Tensor, /) -> Tensor:
    """x without its fraction."""


@primitive(lambda g, y, x: ops.zeros_like(x))
def rint(x: Tensor, /) -> Tensor:
    """The nearest integer, half to even."""


@composite()
def round(x: Tensor, /, decimals: int = 0) -> Tensor:
    """x rounded to `decimals`, half to even."""
    if not decimals:
        return rint(x)
    if not x.dtype.is_inexact:
        return ops.copy(x) if decimals > 0 else ops.astype(round(x * 1.0, decimals), x.dtype)
    return rint(x * 10.0**decimals) / 10.0**decimals


# Logic and bits


@primitive()
def logical_and(x: Index, y: Index, /) -> Tensor:
    """x and y, as booleans."""


@primitive()
def logical_or(x: Index, y: Index, /) -> Tensor:
    """x or y, as booleans."""


@primitive()
def logical_xor(x: Index, y: Index, /) -> Tensor:
    """Either x or y, as booleans."""


@primitive()
def logical_not(x: Index, /) -> Tensor:
    """Not x, as booleans."""


@primitive(kinds="bui")
def bitwise_and(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x & y on integers or booleans."""


@primitive(kinds="bui")
def bitwise_or(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x | y on integers or booleans."""


@primitive(kinds="bui")
def bitwise_xor(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x ^ y on integers or booleans."""


@primitive(kinds="bui")
def bitwise_invert(x: Tensor, /) -> Tensor:
    """~x on integers or booleans."""


@primitive(kinds="ui")
def bitwise_left_shift(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x << y on integers."""


@primitive(kinds="ui")
def bitwise_right_shift(x: TensorLike, y: TensorLike, /) -> Tensor:
    """x >> y on integers, arithmetic for signed types."""
