"""Reductions. `axis` comes as a tuple for reductions over several axes, else as an int."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep.dtype import DType
from unideep_tensorflow import layout
from unideep_tensorflow.common import AS_BYTE, UNSIGNED, Function, Tensor, ints, through
from unideep_tensorflow.spec import NATIVE

WIDE = {
    **dict.fromkeys((tf.bool, tf.int8, tf.int16, tf.int32), tf.int64),
    **dict.fromkeys(UNSIGNED[:-1], tf.uint64),
}
"""Integers add up in 64 bits."""


def over(op: Function) -> Function:
    """`op(input=, axis=, keep_dims=)`."""

    def call(x: Tensor, *, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        return op(input=x, axis=ints(axis), keep_dims=keepdims)

    return layout.reduction(call)


def total(function: Function) -> Function:
    """`function` in a given dtype, or a wide one."""

    def call(x: Tensor, *, axis: Any, keepdims: bool, dtype: DType | None) -> Tensor:
        target = WIDE.get(x.dtype) if dtype is None else NATIVE[dtype]
        if target is not None and target is not x.dtype:
            x = tf.cast(x, target)
        return function(x, axis=axis, keepdims=keepdims)

    return call


def extreme(function: Function) -> Function:
    """`function`, which would find an extreme of nothing."""

    def call(x: Tensor, *, axis: Any, keepdims: bool) -> Tensor:
        if 0 in x.shape and any(x.shape[i] == 0 for i in axis):
            raise ValueError("an empty axis has no largest or smallest element")
        return function(x, axis=axis, keepdims=keepdims)

    return call


def of_truth(function: Function) -> Function:
    """`function` on whether elements are not zero."""
    return lambda x, **attrs: function(x if x.dtype is tf.bool else tf.cast(x, tf.bool), **attrs)


OPS = {
    "sum": total(over(raw.Sum)),
    "mean": over(raw.Mean),
    "prod": total(over(raw.Prod)),
    "max": extreme(through(over(raw.Max), AS_BYTE)),
    "min": extreme(through(over(raw.Min), AS_BYTE)),
    "any": of_truth(over(raw.Any)),
    "all": of_truth(over(raw.All)),
    "running_sum": lambda x, *, axis: raw.Cumsum(x=x, axis=ints(axis)),
}
