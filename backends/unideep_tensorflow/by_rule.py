"""Functions whose gradient is UniDeep's rule, where TensorFlow has none or another convention."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.eager.record import (
    record_operation,
    should_record_backprop,
    stop_recording,
)

from unideep.autograd.rules import pull, pull_function
from unideep_tensorflow.common import Function, Tensor


def by_rule(functions: Mapping[str, Function]) -> dict[str, Function]:
    """Each function, differentiated by the rules of the operation of its name."""
    return {name: _ruled(name, function) for name, function in functions.items()}


def _ruled(name: str, function: Function) -> Function:
    @functools.wraps(function)
    def call(*raws: Any, **attrs: Any) -> Any:
        tensors = [r for r in raws if tf.is_tensor(r)]
        if not should_record_backprop(tensors):
            return function(*raws, **attrs)
        with stop_recording():
            out = function(*raws, **attrs)
        outs = list(out) if isinstance(out, tuple) else [out]

        def backward(*grads: Tensor) -> list[Tensor | None]:
            found = pull(name, "tensorflow", raws, attrs, outs, [tf.math.conj(g) for g in grads])
            pairs = zip(found, raws, strict=True)
            return [g if g is None else tf.math.conj(g) for g, r in pairs if tf.is_tensor(r)]

        record_operation(name, outs, tensors, backward)
        return out

    return call


def custom_gradient(
    outs: list[Tensor], xs: list[Tensor], saved: list[Tensor], *, function: Any
) -> tuple[Tensor, ...]:
    """The outputs of a `Function` of the user's, with its gradient."""
    with stop_recording():
        own = [tf.raw_ops.Identity(input=out) for out in outs]
    if not should_record_backprop(xs):
        return tuple(own)

    def backward(*grads: Tensor) -> list[Tensor | None]:
        return pull_function(function, "tensorflow", (own, xs, saved), grads)

    record_operation(type(function).__name__, own, xs, backward)
    return tuple(own)


def checked(function: Function) -> Function:
    """`function`, with an error where a finite input gives no finite output; eager calls only."""

    @functools.wraps(function)
    def call(*raws: Tensor) -> Tensor:
        try:
            out = function(*raws)
        except tf.errors.InvalidArgumentError as error:
            if "not invertible" in error.message or "not successful" in error.message:
                raise np.linalg.LinAlgError(error.message) from error
            raise
        if tf.executing_eagerly() and not _is_finite(out) and all(map(_is_finite, raws)):
            raise np.linalg.LinAlgError("the matrix is singular or not positive definite")
        return out

    return call


def _is_finite(x: Tensor) -> bool:
    parts = (tf.math.real(x), tf.math.imag(x)) if x.dtype.is_complex else (x,)
    return all(bool(tf.reduce_all(tf.math.is_finite(p))) for p in parts)
