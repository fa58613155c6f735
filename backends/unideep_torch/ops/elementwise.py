"""Element by element."""

import operator

import torch
from torch.autograd import Function

from unideep_torch.spec import INEXACT


def either(function):
    """A function of two tensors, given a number in place of one of them."""

    def call(x, y):
        if not isinstance(y, torch.Tensor):
            y = torch.full((), y, dtype=x.dtype, device=x.device)
        elif not isinstance(x, torch.Tensor):
            x = torch.full((), x, dtype=y.dtype, device=y.device)
        return function(x, y)

    return call


def where(condition, x, y):
    """x where the condition is not zero."""
    return torch.where(condition.bool(), x, y)


def clamp(x, low, high):
    """x limited to [low, high]."""
    if low is not None:
        x = either(torch.maximum)(x, low)
    return x if high is None else either(torch.minimum)(x, high)


def real(x):
    """The real part, in memory of its own."""
    return torch.real(x).clone() if x.is_complex() else x


def imag(x):
    """The imaginary part, in memory of its own."""
    return torch.imag(x).clone() if x.is_complex() else torch.zeros_like(x)


def floor_divide(x, y):
    """The floor of x / y, infinite where the quotient is: PyTorch has NaN there, and -1 for -0."""
    x, y = _constant(x), _constant(y)
    out = x // y
    if not out.is_floating_point():
        return out
    is_infinite = torch.isinf(torch.as_tensor(x)) | torch.isinf(torch.as_tensor(y))
    return torch.where(is_infinite, torch.floor(x / y), out)


def _constant(x):
    """x without its history: steps have no gradient, and PyTorch raises where it is 0."""
    return x.detach() if isinstance(x, torch.Tensor) else x


class _WithSignOf(Function):
    """The zeros of x with the sign of y; a gradient passes to x as it is."""

    @staticmethod
    def forward(ctx, x, y):
        return torch.where(x == 0, torch.copysign(x, y), x)

    @staticmethod
    def backward(ctx, g):
        return g, None


def remainder(x, y):
    """x - y * floor(x / y); a zero has the sign of y, where PyTorch keeps that of x."""
    out = x % y
    if not out.is_floating_point():
        return out
    if out.requires_grad:
        return _WithSignOf.apply(out, y)
    return torch.where(out == 0, torch.copysign(out, y), out)


def sign(x):
    """-1, 0, 1 or NaN."""
    return torch.where(torch.isnan(x), x, torch.sgn(x)) if x.dtype in INEXACT else torch.sgn(x)


def expm1(x):
    """exp(x) - 1; PyTorch's own is wrong at complex infinities."""
    if not x.is_complex():
        return torch.expm1(x)
    return torch.where(torch.isfinite(x) & (x != 0), torch.expm1(x), torch.exp(x) - 1)


def log1p(x):
    """log(1 + x); PyTorch's own is wrong at complex infinities."""
    if not x.is_complex():
        return torch.log1p(x)
    return torch.where(torch.isfinite(x), torch.log1p(x), torch.log(1 + x))


def acos(x):
    """arccos(x); PyTorch's own has the wrong sign of zero at a complex -0."""
    if not x.is_complex():
        return torch.acos(x)
    return torch.where(x == 0, torch.complex(torch.pi / 2 - x.real, -x.imag), torch.acos(x))


def tanh(x):
    """sinh(x) / cosh(x); at complex infinities PyTorch's own gives the zero any sign."""
    if not x.is_complex():
        return torch.tanh(x)
    limit = torch.complex(torch.sign(x.real), torch.copysign(torch.zeros_like(x.imag), x.imag))
    return torch.where(torch.isinf(x.real), limit, torch.tanh(x))


def rint(x):
    """Half to even, complex numbers by parts."""
    if x.is_complex():
        return torch.complex(torch.round(x.real), torch.round(x.imag))
    return torch.round(x)


OPS = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "floor_divide": floor_divide,
    "remainder": remainder,
    "power": operator.pow,
    "maximum": either(torch.maximum),
    "minimum": either(torch.minimum),
    "where": where,
    "negative": torch.neg,
    "abs": torch.abs,
    "sign": sign,
    "copysign": either(torch.copysign),
    "signbit": torch.signbit,
    "nextafter": either(torch.nextafter),
    "conj": torch.conj_physical,
    "real": real,
    "imag": imag,
    "hypot": either(torch.hypot),
    "logaddexp": either(torch.logaddexp),
    "sqrt": torch.sqrt,
    "rsqrt": torch.rsqrt,
    "exp": torch.exp,
    "expm1": expm1,
    "log": torch.log,
    "log1p": log1p,
    "log2": torch.log2,
    "log10": torch.log10,
    "erf": torch.erf,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "asin": torch.asin,
    "acos": acos,
    "atan": torch.atan,
    "atan2": either(torch.atan2),
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "tanh": tanh,
    "asinh": torch.asinh,
    "acosh": torch.acosh,
    "atanh": torch.atanh,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "trunc": torch.trunc,
    "rint": rint,
    "logical_and": torch.logical_and,
    "logical_or": torch.logical_or,
    "logical_xor": torch.logical_xor,
    "logical_not": torch.logical_not,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "bitwise_invert": torch.bitwise_not,
    "bitwise_left_shift": operator.lshift,
    "bitwise_right_shift": operator.rshift,
}
