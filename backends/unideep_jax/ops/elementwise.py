"""Element by element. `jnp` takes weak Python scalars on either side, as `lax` does not."""

import jax.numpy as jnp
from jax import lax

from unideep_jax.jitted import all_jitted, jitted

_power = jitted(jnp.power)
_integer_power = jitted(lambda x, *, y: lax.integer_pow(x, y))


def power(x, y):
    """x to the power of y; a Python int becomes a few products."""
    return _integer_power(x, y=y) if type(y) is int else _power(x, y)


def floor_divide(x, y):
    """The floor of x / y with its infinities and signed zeros, which JAX loses."""
    out = jnp.floor_divide(x, y)
    if not jnp.issubdtype(out.dtype, jnp.inexact):
        return out
    is_special = jnp.isinf(x) | jnp.isinf(y) | (out == 0)
    return jnp.where(is_special, jnp.floor(jnp.divide(x, y)), out)


def remainder(x, y):
    """x - y * floor(x / y); a zero has the sign of y."""
    out = jnp.remainder(x, y)
    if not jnp.issubdtype(out.dtype, jnp.inexact):
        return out
    return jnp.where(out == 0, jnp.copysign(out, y), out)


def sign(x):
    """-1, 0 or 1; JAX keeps the sign of -0."""
    return jnp.where(x == 0, jnp.zeros((), x.dtype), jnp.sign(x))


def tanh(x):
    """sinh(x) / cosh(x); at complex infinities JAX's own gives the zero any sign."""
    if not jnp.issubdtype(x.dtype, jnp.complexfloating):
        return jnp.tanh(x)
    limit = lax.complex(jnp.sign(x.real), jnp.copysign(jnp.zeros_like(x.imag), x.imag))
    return jnp.where(jnp.isinf(x.real), limit, jnp.tanh(x))


def acos(x):
    """arccos(x); JAX's own has the wrong sign of zero below a complex 0."""
    if not jnp.issubdtype(x.dtype, jnp.complexfloating):
        return jnp.acos(x)
    at_zero = lax.complex(jnp.pi / 2 - x.real, -x.imag)
    return jnp.where(x == 0, at_zero, jnp.acos(x))


OPS = {
    "power": power,
    **all_jitted(
        {
            "add": jnp.add,
            "subtract": jnp.subtract,
            "multiply": jnp.multiply,
            "divide": jnp.divide,
            "floor_divide": floor_divide,
            "remainder": remainder,
            "maximum": jnp.maximum,
            "minimum": jnp.minimum,
            "where": jnp.where,
            "negative": jnp.negative,
            "abs": jnp.abs,
            "sign": sign,
            "copysign": jnp.copysign,
            "signbit": jnp.signbit,
            "nextafter": jnp.nextafter,
            "conj": jnp.conj,
            "real": jnp.real,
            "imag": jnp.imag,
            "hypot": jnp.hypot,
            "logaddexp": jnp.logaddexp,
            "sqrt": jnp.sqrt,
            "exp": jnp.exp,
            "expm1": jnp.expm1,
            "log": jnp.log,
            "log1p": jnp.log1p,
            "log2": jnp.log2,
            "log10": jnp.log10,
            "erf": lax.erf,
            "sin": jnp.sin,
            "cos": jnp.cos,
            "tan": jnp.tan,
            "asin": jnp.asin,
            "acos": acos,
            "atan": jnp.atan,
            "atan2": jnp.atan2,
            "sinh": jnp.sinh,
            "cosh": jnp.cosh,
            "tanh": tanh,
            "asinh": jnp.asinh,
            "acosh": jnp.acosh,
            "atanh": jnp.atanh,
            "floor": jnp.floor,
            "ceil": jnp.ceil,
            "trunc": jnp.trunc,
            "rint": lambda x: jnp.rint(x) if jnp.issubdtype(x.dtype, jnp.inexact) else x,
            "logical_and": jnp.logical_and,
            "logical_or": jnp.logical_or,
            "logical_xor": jnp.logical_xor,
            "logical_not": jnp.logical_not,
            "bitwise_and": jnp.bitwise_and,
            "bitwise_or": jnp.bitwise_or,
            "bitwise_xor": jnp.bitwise_xor,
            "bitwise_invert": jnp.bitwise_invert,
            "bitwise_left_shift": jnp.left_shift,
            "bitwise_right_shift": jnp.right_shift,
        }
    ),
}
