"""Comparisons."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.ops.common import (
    BOOL_AS_BYTE,
    COMPLEX,
    INTEGERS,
    Function,
    Tensor,
    is_scalar,
    unless,
    weak,
)
from unideep_tensorflow.ops.layout import elementwise


def compare(op: Function) -> Function:
    """`op(x=, y=)` with a weak scalar on either side, on booleans as well."""

    def call(x: Tensor, y: Tensor) -> Tensor:
        if is_scalar(y):
            y = weak(y, x.dtype)
        elif is_scalar(x):
            x = weak(x, y.dtype)
        via = BOOL_AS_BYTE.get(x.dtype)
        return op(x=x, y=y) if via is None else op(x=tf.cast(x, via), y=tf.cast(y, via))

    return elementwise(call)


def _complex_is_nan(x: Tensor) -> Tensor:
    return tf.math.is_nan(tf.math.real(x)) | tf.math.is_nan(tf.math.imag(x))


_never = unless((*INTEGERS, tf.bool), tf.math.is_nan, lambda x: tf.zeros_like(x, tf.bool))

OPS = {
    "equal": compare(raw.Equal),
    "not_equal": compare(raw.NotEqual),
    "less": compare(raw.Less),
    "less_equal": compare(raw.LessEqual),
    "greater": compare(raw.Greater),
    "greater_equal": compare(raw.GreaterEqual),
    "isnan": elementwise(unless(COMPLEX, _never, _complex_is_nan)),
}
