"""Reductions. `axis` comes as a tuple for reductions over several axes, else as an int."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow import layout
from unideep_tensorflow.common import AS_BYTE, UNSIGNED, Function, Tensor, ints, through

WIDE = {
    **dict.fromkeys((tf.bool, tf.int8, tf.int16, tf.int32), tf.int64),
    **dict.fromkeys(UNSIGNED[:-1], tf.uint64),
}
"""Sums of small integers are wide, as NumPy has them."""


def over(op: Function) -> Function:
    """`op(input=, axis=, keep_dims=)`."""

    def call(x: Tensor, *, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        return op(input=x, axis=ints(axis), keep_dims=keepdims)

    return layout.reduction(call)


def widened(function: Function) -> Function:
    """`function` on small integers and booleans as wide ones."""

    def call(x: Tensor, **attrs: object) -> Tensor:
        wide = WIDE.get(x.dtype)
        return function(x if wide is None else tf.cast(x, wide), **attrs)

    return call


def of_truth(function: Function) -> Function:
    """`function` on whether elements are not zero."""
    return lambda x, **attrs: function(x if x.dtype is tf.bool else tf.cast(x, tf.bool), **attrs)


def position(op: Function) -> Function:
    """`op(input=, dimension=)`."""
    return lambda x, *, axis: op(input=x, dimension=axis, output_type=tf.int64)


OPS = {
    "sum": widened(over(raw.Sum)),
    "mean": over(raw.Mean),
    "prod": widened(over(raw.Prod)),
    "max": through(over(raw.Max), AS_BYTE),
    "min": through(over(raw.Min), AS_BYTE),
    "any": of_truth(over(raw.Any)),
    "all": of_truth(over(raw.All)),
    "arg_largest": position(raw.ArgMax),
    "arg_smallest": position(raw.ArgMin),
    "running_sum": widened(lambda x, *, axis: raw.Cumsum(x=x, axis=axis)),
}
