"""What several families need: constants, weak scalars, dtypes without a kernel."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow as tf

Tensor = Any
Function = Callable[..., Tensor]

UNSIGNED = (tf.uint8, tf.uint16, tf.uint32, tf.uint64)
COMPLEX = (tf.complex64, tf.complex128)
INTEGERS = (tf.int8, tf.int16, tf.int32, tf.int64, *UNSIGNED)
DISCRETE = (*INTEGERS, tf.bool)
PYTHON = {
    **dict.fromkeys(INTEGERS, int),
    **dict.fromkeys(COMPLEX, complex),
    tf.bool: bool,
    tf.bfloat16: float,
}
AS_BYTE = {tf.bool: tf.uint8}
AS_INT64 = dict.fromkeys(UNSIGNED, tf.int64)
SCALARS = frozenset({bool, int, float, complex})
NOTHING: Mapping[tf.DType, tf.DType] = {}


def ints(values: int | tuple[Any, ...]) -> Any:
    """A constant for a shape or axes.

    Eagerly it is made once: converting a tuple in every call costs 20 microseconds. A graph needs
    a constant of its own, because an eager one would become an input with an unknown value.
    """
    return _eager_ints(values) if tf.executing_eagerly() else np.array(values, np.int32)


@lru_cache(maxsize=4096)
def _eager_ints(values: int | tuple[Any, ...]) -> Tensor:
    with tf.device("CPU:0"):
        return tf.constant(values, tf.int32)


def weak(value: Any, dtype: tf.DType) -> Tensor:
    """A Python scalar as a constant of `dtype`."""
    convert = PYTHON.get(dtype)
    return constant(value if convert is None else convert(value), dtype)


def constant(value: Any, dtype: Any) -> Tensor:
    """A 0-d tensor. TensorFlow finds known numbers in a cache, in which -0.0 and 0.0 are one."""
    if value == 0 and isinstance(value, float) and math.copysign(1.0, value) < 0:
        return tf.constant(np.asarray(value), dtype)
    return tf.constant(value, dtype)


def binary(op: Function, via: Mapping[tf.DType, tf.DType] = NOTHING) -> Function:
    """`op(x=, y=)` with a weak scalar on either side, in the type `via[dtype]` if there is one."""

    def call(x: Tensor, y: Tensor) -> Tensor:
        if type(y) in SCALARS:
            y = weak(y, x.dtype)
        elif type(x) in SCALARS:
            x = weak(x, y.dtype)
        other = via.get(x.dtype) if via else None
        if other is None:
            return op(x=x, y=y)
        out = op(x=tf.cast(x, other), y=tf.cast(y, other))
        return tf.cast(out, x.dtype) if out.dtype is other else out

    return call


def through(function: Function, via: Mapping[tf.DType, tf.DType]) -> Function:
    """`function`, computed in the type `via[dtype]` for a dtype that it has no kernel for."""

    def call(x: Tensor, **attrs: Any) -> Tensor:
        other = via.get(x.dtype)
        if other is None:
            return function(x, **attrs)
        return tf.cast(function(tf.cast(x, other), **attrs), x.dtype)

    return call


def unless(dtypes: tuple[tf.DType, ...], function: Function, otherwise: Function) -> Function:
    """`function`, but `otherwise` for these dtypes."""
    special = frozenset(dtypes)
    return lambda x: otherwise(x) if x.dtype in special else function(x)
