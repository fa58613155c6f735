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


def clip(x: Tensor, *, min: float | None, max: float | None) -> Tensor:
    """The values limited to [min, max]."""
    if min is not None:
        x = where(x < weak(min, x.dtype), min, x)
    if max is not None:
        x = where(x > weak(max, x.dtype), max, x)
    return x


HALVES = {tf.float16: tf.float32, tf.bfloat16: tf.float32}

_OPS = {
    "add": binary(raw.AddV2, AS_BYTE),
    "subtract": binary(raw.Sub),
    "multiply": binary(raw.Mul, AS_BYTE),
    "divide": binary(raw.RealDiv),
    "floor_divide": binary(raw.FloorDiv),
    "remainder": binary(raw.FloorMod),
    "power": binary(raw.Pow, AS_INT64),
    "maximum": share_ties(raw.Maximum),
    "minimum": share_ties(raw.Minimum),
    "where": where,
    "clip": clip,
    "negative": through(tf.negative, AS_INT64),
    "abs": unless((*UNSIGNED, tf.bool), tf.abs, tf.identity),
    "sign": unless(UNSIGNED, tf.sign, lambda x: tf.cast(truth(x), x.dtype)),
    "square": through(tf.square, AS_BYTE),
    "sqrt": tf.sqrt,
    "rsqrt": unless(INTEGERS, tf.math.rsqrt, lambda x: tf.math.rsqrt(tf.cast(x, tf.float32))),
    "exp": tf.exp,
    "expm1": tf.math.expm1,
    "log": tf.math.log,
    "log1p": tf.math.log1p,
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
    "rint": rounding(through(tf.math.rint, HALVES)),
    "logical_and": logical(tf.logical_and),
    "logical_or": logical(tf.logical_or),
    "logical_xor": logical(tf.not_equal),
    "logical_not": logical(tf.logical_not),
    "bitwise_and": bits(raw.BitwiseAnd, tf.logical_and),
    "bitwise_or": bits(raw.BitwiseOr, tf.logical_or),
    "bitwise_xor": bits(raw.BitwiseXor, tf.not_equal),
    "bitwise_invert": unless((tf.bool,), tf.bitwise.invert, tf.logical_not),
    "bitwise_left_shift": binary(raw.LeftShift),
    "bitwise_right_shift": binary(raw.RightShift),
}

OPS = {name: layout.elementwise(function) for name, function in _OPS.items()}
OPS["tanh"] = layout.unary(tf.tanh)
