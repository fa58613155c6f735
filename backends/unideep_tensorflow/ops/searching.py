"""Positions of extremes, of what is not zero, in a sorted sequence."""

from __future__ import annotations

import math

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import Function, Tensor, ints, weak
from unideep_tensorflow.ops.sorting import key

_NO_KERNEL = (tf.uint16, tf.uint32, tf.uint64)


def position(op: Function, smallest: bool) -> Function:
    """`op(input=, dimension=)`; NaN comes before all, and an empty axis has no extreme."""

    def call(x: Tensor, *, axis: int) -> Tensor:
        if x.shape[axis] == 0:
            raise ValueError("an empty axis has no largest or smallest element")
        if x.dtype.is_floating:
            missing = tf.math.is_nan(x)
            x = tf.where(missing, weak(-math.inf if smallest else math.inf, x.dtype), x)
            x = key(x)
            x = tf.where(missing, weak(x.dtype.min if smallest else x.dtype.max, x.dtype), x)
        elif x.dtype is tf.bool:
            x = key(x)
        return op(input=x, dimension=ints(axis), output_type=tf.int64)

    return call


def insertion(x: Tensor, y: Tensor, *, right: bool) -> Tensor:
    """Where the elements of y go in the sorted vector x, in the order of their keys."""
    op = raw.UpperBound if right else raw.LowerBound
    x, y = (tf.cast(_signed(key(t)), tf.int64) for t in (x, y))
    values = tf.reshape(y, (1, -1))
    found = op(sorted_inputs=tf.reshape(x, (1, -1)), values=values, out_type=tf.int64)
    return tf.reshape(found, y.shape)


def _signed(x: Tensor) -> Tensor:
    """uint64 in the order of int64."""
    if x.dtype is not tf.uint64:
        return x
    return raw.Bitcast(input=x, type=tf.int64) ^ tf.constant(tf.int64.min, tf.int64)


def places(x: Tensor) -> tuple[Tensor, ...]:
    """The positions of what is not zero."""
    x = x if x.dtype is tf.bool else tf.cast(x, tf.bool)
    return tuple(tf.unstack(raw.Where(condition=x), axis=1, num=len(x.shape)))


OPS = {
    "arg_largest": position(raw.ArgMax, False),
    "arg_smallest": position(raw.ArgMin, True),
    "places": places,
    "insertion": insertion,
}
