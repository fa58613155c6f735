"""What several families need: constants, weak scalars, dtypes without a kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import tensorflow as tf

Tensor = Any
Function = Callable[..., Tensor]

UNSIGNED = (tf.uint8, tf.uint16, tf.uint32, tf.uint64)
COMPLEX = (tf.complex64, tf.complex128)
INTEGERS = (tf.int8, tf.int16, tf.int32, tf.int64, *UNSIGNED)
BOOL_AS_BYTE = {tf.bool: tf.uint8}


@lru_cache(maxsize=4096)
def ints(values: tuple[Any, ...]) -> Tensor:
    """A constant for a shape or axes: converting a tuple in every call costs 20 microseconds."""
    with tf.init_scope(), tf.device("CPU:0"):
        return tf.constant(values, tf.int32)


def weak(value: Any, dtype: tf.DType) -> Tensor:
    """A Python scalar as a constant of `dtype`."""
    if value.__class__ is bool and dtype is not tf.bool:
        value = int(value)
    return tf.constant(value, dtype)


def is_scalar(x: Any) -> bool:
    """Whether x is a weak Python scalar."""
    return isinstance(x, (bool, int, float, complex))


def through(function: Function, via: Mapping[tf.DType, tf.DType]) -> Function:
    """`function`, computed in the type `via[dtype]` for a dtype that it has no kernel for."""

    def call(x: Tensor, *args: Any, **attrs: Any) -> Tensor:
        other = via.get(x.dtype)
        if other is None:
            return function(x, *args, **attrs)
        args = tuple(a if is_scalar(a) else tf.cast(a, other) for a in args)
        return tf.cast(function(tf.cast(x, other), *args, **attrs), x.dtype)

    return call


def unless(dtypes: tuple[tf.DType, ...], function: Function, otherwise: Function) -> Function:
    """`function`, but `otherwise` for these dtypes."""
    special = frozenset(dtypes)
    return lambda x: otherwise(x) if x.dtype in special else function(x)
