"""Comparisons."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import (
    AS_BYTE,
    COMPLEX,
    DISCRETE,
    Function,
    Tensor,
    binary,
    unless,
)
from unideep_tensorflow.layout import elementwise


def compare(op: Function) -> Function:
    """`op` on scalars and booleans as well."""
    return elementwise(binary(op, AS_BYTE))


def _complex_is_nan(x: Tensor) -> Tensor:
    return tf.math.is_nan(tf.math.real(x)) | tf.math.is_nan(tf.math.imag(x))


_is_nan = unless(DISCRETE, tf.math.is_nan, lambda x: tf.zeros_like(x, tf.bool))

OPS = {
    "equal": compare(raw.Equal),
    "not_equal": compare(raw.NotEqual),
    "less": compare(raw.Less),
    "less_equal": compare(raw.LessEqual),
    "greater": compare(raw.Greater),
    "greater_equal": compare(raw.GreaterEqual),
    "isnan": elementwise(unless(COMPLEX, _is_nan, _complex_is_nan)),
}
