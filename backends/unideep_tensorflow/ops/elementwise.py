"""Element by element. `raw_ops` where TensorFlow's own wrapper doubles the time of a call."""

from __future__ import annotations

import math

import tensorflow as tf
from tensorflow import raw_ops as raw
from tensorflow.python.eager.record import could_possibly_record

from unideep_tensorflow import layout
from unideep_tensorflow.common import (
    AS_BYTE,
    AS_INT64,
    COMPLEX,
    DISCRETE,
    INTEGERS,
    SCALARS,
    UNSIGNED,
    Function,
    Tensor,
    binary,
    through,
    unless,
    weak,
)
from unideep_tensorflow.spec import EAGER


def share_ties(op: Function) -> Function:
    """Equal arguments get half the gradient each: TensorFlow gives all of it to the first."""
    choose = binary(op, AS_BYTE)

    def call(x: Tensor, y: Tensor) -> Tensor:
        out = choose(x, y)
        if (type(out) is EAGER and not could_possibly_record()) or not out.dtype.is_floating:
            return out
        half = weak(0.5, out.dtype)
        return out * half + choose(y, x) * half

    return call


def where(condition: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """x where the condition holds, else y."""
    if type(y) in SCALARS:
        y = weak(y, x.dtype)
    elif type(x) in SCALARS:
        x = weak(x, y.dtype)
    return raw.SelectV2(condition=truth(condition), t=x, e=y)


def truth(x: Tensor) -> Tensor:
    """x as booleans."""
    return x if type(x) in SCALARS or x.dtype is tf.bool else tf.cast(x, tf.bool)


def logical(op: Function) -> Function:
    """`op` on the truth of its arguments."""
    return lambda *args: op(*map(truth, args))


def bits(op: Function, boolean: Function) -> Function:
    """`op(x=, y=)` on integers, `boolean` on booleans."""
    integer = binary(op)

    def call(x: Tensor, y: Tensor) -> Tensor:
        return (boolean if tf.bool in (_dtype(x), _dtype(y)) else integer)(x, y)

    return call


def _dtype(x: Tensor) -> tf.DType | None:
    return None if type(x) in SCALARS else x.dtype


def rounding(function: Function) -> Function:
    """`function`; integers stay as they are."""
    return unless(DISCRETE, function, tf.identity)


def clamp(x: Tensor, low: Tensor | None, high: Tensor | None) -> Tensor:
    """The values limited to [low, high]."""
    if low is not None:
        low = weak(low, x.dtype) if type(low) in SCALARS else low
        x = where(x < low, low, x)
    if high is not None:
        high = weak(high, x.dtype) if type(high) in SCALARS else high
        x = where(x > high, high, x)
    return x


def signbit(x: Tensor) -> Tensor:
    """The first bit: that of -0.0 is set."""
    integer = {2: tf.int16, 4: tf.int32, 8: tf.int64}[x.dtype.size]
    return tf.less(tf.bitcast(x, integer), tf.zeros((), integer))


def hypot(x: Tensor, y: Tensor) -> Tensor:
    """sqrt(x * x + y * y), scaled by the larger one."""
    x, y = tf.abs(x), tf.abs(y)
    size = tf.maximum(x, y)
    is_usual = (size > 0) & tf.math.is_finite(size)
    scale = tf.where(is_usual, size, tf.ones_like(size))
    usual = scale * tf.sqrt((x / scale) ** 2 + (y / scale) ** 2)
    is_infinite = tf.math.is_inf(x) | tf.math.is_inf(y)  # one infinity beats a NaN
    return tf.where(is_infinite, tf.constant(math.inf, x.dtype), usual)


def copysign(x: Tensor, y: Tensor) -> Tensor:
    """|x| with the sign of y."""
    return tf.where(tf.not_equal(signbit(x), signbit(y)), tf.negative(x), x)


def left_shift(x: Tensor, y: Tensor) -> Tensor:
    """x * 2**y; nothing is left of x beyond its width, where TensorFlow limits y."""
    return tf.where(y < x.dtype.size * 8, raw.LeftShift(x=x, y=y), tf.zeros((), x.dtype))


def remainder(x: Tensor, y: Tensor) -> Tensor:
    """x - y * floor(x / y); a zero has the sign of y, where TensorFlow keeps that of x."""
    out = raw.FloorMod(x=x, y=y)
    if not out.dtype.is_floating:
        return out
    if could_possibly_record():
        return _recorded_zeros_like(out, y)
    return _zeros_like(out, y)


def _zeros_like(x: Tensor, y: Tensor) -> Tensor:
    """x, its zeros with the sign of y."""
    zero = tf.where(y < 0, weak(-0.0, x.dtype), weak(0.0, x.dtype))
    return tf.where(x == 0, zero, x)


@tf.custom_gradient
def _recorded_zeros_like(x: Tensor, y: Tensor) -> tuple[Tensor, Function]:
    """The same; a gradient passes to x as it is."""
    return _zeros_like(x, y), lambda g: (g, None)


def complex_rint(z: Tensor) -> Tensor:
    """Both parts half to even."""
    return tf.complex(tf.math.rint(tf.math.real(z)), tf.math.rint(tf.math.imag(z)))


def complex_expm1(z: Tensor) -> Tensor:
    """exp(z) - 1; TensorFlow's own is wrong at infinities."""
    return tf.where(_is_finite(z) & (z != 0), tf.math.expm1(z), tf.exp(z) - 1)


def complex_log1p(z: Tensor) -> Tensor:
    """log(1 + z); TensorFlow's own is wrong at infinities."""
    return tf.where(_is_finite(z) & (z != -1), tf.math.log1p(z), tf.math.log(1 + z))


def complex_tanh(z: Tensor) -> Tensor:
    """sinh(z) / cosh(z); at infinities TensorFlow's own gives the zero any sign."""
    x, y = tf.math.real(z), tf.math.imag(z)
    zero = tf.where(signbit(y), weak(-0.0, y.dtype), weak(0.0, y.dtype))
    return tf.where(tf.math.is_inf(x), tf.complex(tf.sign(x), zero), tf.math.tanh(z))


def _is_finite(z: Tensor) -> Tensor:
    return tf.math.is_finite(tf.math.real(z)) & tf.math.is_finite(tf.math.imag(z))


HALVES = {tf.float16: tf.float32, tf.bfloat16: tf.float32}

_OPS = {
    "add": binary(raw.AddV2, AS_BYTE),
    "subtract": binary(raw.Sub),
    "multiply": binary(raw.Mul, AS_BYTE),
    "divide": binary(raw.RealDiv),
    "floor_divide": binary(raw.FloorDiv),
    "remainder": binary(remainder),
    "power": binary(raw.Pow, AS_INT64),
    "maximum": share_ties(raw.Maximum),
    "minimum": share_ties(raw.Minimum),
    "where": where,
    "clamp": clamp,
    "negative": through(tf.negative, AS_INT64),
    "abs": unless((*UNSIGNED, tf.bool), tf.abs, tf.identity),
    "sign": unless(UNSIGNED, tf.sign, lambda x: tf.cast(truth(x), x.dtype)),
    "copysign": binary(copysign),
    "signbit": unless(INTEGERS, signbit, lambda x: x < tf.zeros((), x.dtype)),
    "nextafter": binary(lambda x, y: tf.math.nextafter(x, y)),
    "conj": tf.math.conj,
    "real": tf.math.real,
    "imag": tf.math.imag,
    "hypot": binary(hypot),
    "square": through(tf.square, AS_BYTE),
    "sqrt": tf.sqrt,
    "rsqrt": unless(INTEGERS, tf.math.rsqrt, lambda x: tf.math.rsqrt(tf.cast(x, tf.float32))),
    "exp": tf.exp,
    "expm1": unless(COMPLEX, tf.math.expm1, complex_expm1),
    "log": tf.math.log,
    "log1p": unless(COMPLEX, tf.math.log1p, complex_log1p),
    "log2": lambda x: tf.math.log(x) * weak(1 / math.log(2), x.dtype),
    "log10": lambda x: tf.math.log(x) * weak(1 / math.log(10), x.dtype),
    "erf": tf.math.erf,
    "sin": tf.sin,
    "cos": tf.cos,
    "tan": tf.tan,
    "asin": tf.asin,
    "acos": tf.acos,
    "atan": tf.atan,
    "atan2": binary(lambda x, y: raw.Atan2(y=x, x=y)),
    "sinh": tf.sinh,
    "cosh": tf.cosh,
    "asinh": tf.asinh,
    "acosh": tf.acosh,
    "atanh": tf.atanh,
    "floor": rounding(tf.floor),
    "ceil": rounding(tf.math.ceil),
    "trunc": rounding(lambda x: tf.where(x < 0, tf.math.ceil(x), tf.floor(x))),
    "rint": rounding(unless(COMPLEX, through(tf.math.rint, HALVES), complex_rint)),
    "logical_and": logical(tf.logical_and),
    "logical_or": logical(tf.logical_or),
    "logical_xor": logical(tf.not_equal),
    "logical_not": logical(tf.logical_not),
    "bitwise_and": bits(raw.BitwiseAnd, tf.logical_and),
    "bitwise_or": bits(raw.BitwiseOr, tf.logical_or),
    "bitwise_xor": bits(raw.BitwiseXor, tf.not_equal),
    "bitwise_invert": unless((tf.bool,), tf.bitwise.invert, tf.logical_not),
    "bitwise_left_shift": binary(left_shift),
    "bitwise_right_shift": binary(raw.RightShift),
}

OPS = {name: layout.elementwise(function) for name, function in _OPS.items()}
OPS["tanh"] = layout.unary(unless(COMPLEX, tf.tanh, complex_tanh))
