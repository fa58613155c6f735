"""Element by element. `raw_ops` where TensorFlow's own wrapper doubles the time of a call."""

from __future__ import annotations

import math

import tensorflow as tf
from tensorflow import raw_ops as raw
from tensorflow.python.eager.record import could_possibly_record

from unideep_tensorflow.ops import layout
from unideep_tensorflow.ops.common import (
    BOOL_AS_BYTE,
    INTEGERS,
    UNSIGNED,
    Function,
    Tensor,
    is_scalar,
    through,
    unless,
    weak,
)
from unideep_tensorflow.spec import EAGER


def binary(op: Function) -> Function:
    """`op(x=, y=)` with a weak scalar on either side."""

    def call(x: Tensor, y: Tensor) -> Tensor:
        if is_scalar(y):
            y = weak(y, x.dtype)
        elif is_scalar(x):
            x = weak(x, y.dtype)
        return op(x=x, y=y)

    return call


def with_bool(op: Function) -> Function:
    """`binary`, on booleans as well."""
    return through(binary(op), BOOL_AS_BYTE)


def share_ties(op: Function) -> Function:
    """Equal arguments get half the gradient each: TensorFlow gives all of it to the first."""
    choose = with_bool(op)

    def call(x: Tensor, y: Tensor) -> Tensor:
        out = choose(x, y)
        if (type(out) is EAGER and not could_possibly_record()) or not out.dtype.is_floating:
            return out
        half = weak(0.5, out.dtype)
        return out * half + choose(y, x) * half

    return call


def where(condition: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """x where the condition holds, else y."""
    if is_scalar(y):
        y = weak(y, x.dtype)
    elif is_scalar(x):
        x = weak(x, y.dtype)
    return raw.SelectV2(condition=truth(condition), t=x, e=y)


def truth(x: Tensor) -> Tensor:
    """x as booleans."""
    return x if is_scalar(x) or x.dtype is tf.bool else tf.cast(x, tf.bool)


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
    return None if is_scalar(x) else x.dtype


def rounding(function: Function) -> Function:
    """`function`; integers stay as they are."""
    return unless(INTEGERS, function, tf.identity)


def clip(x: Tensor, *, min: float | None, max: float | None) -> Tensor:
    """The values limited to [min, max]."""
    if min is not None:
        x = where(x < weak(min, x.dtype), min, x)
    if max is not None:
        x = where(x > weak(max, x.dtype), max, x)
    return x


HALVES = {tf.float16: tf.float32, tf.bfloat16: tf.float32}
AS_INT64 = dict.fromkeys(UNSIGNED, tf.int64)

_OPS = {
    "add": with_bool(raw.AddV2),
    "subtract": binary(raw.Sub),
    "multiply": with_bool(raw.Mul),
    "divide": binary(raw.RealDiv),
    "floor_divide": binary(raw.FloorDiv),
    "remainder": binary(raw.FloorMod),
    "power": through(binary(raw.Pow), AS_INT64),
    "maximum": share_ties(raw.Maximum),
    "minimum": share_ties(raw.Minimum),
    "where": where,
    "clip": clip,
    "negative": through(tf.negative, AS_INT64),
    "abs": unless(UNSIGNED, tf.abs, tf.identity),
    "sign": unless(UNSIGNED, tf.sign, lambda x: tf.cast(truth(x), x.dtype)),
    "square": tf.square,
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
    "tanh": tf.tanh,
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
