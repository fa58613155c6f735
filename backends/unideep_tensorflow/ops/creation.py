"""Tensors from numbers, and tensors from one tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep.device import Device
from unideep.dtype import DType
from unideep_tensorflow.by_rule import custom_gradient
from unideep_tensorflow.common import Tensor, constant, ints
from unideep_tensorflow.spec import NATIVE, device_of, on

PYTHON = {"b": bool, "i": int, "u": int, "f": float, "c": complex}


def _filled(shape: tuple[int, ...], value: Any, dtype: DType) -> Tensor:
    number = constant(PYTHON[dtype.kind](value), NATIVE[dtype])
    return raw.Fill(dims=ints(shape), value=number)


def _place(like: Tensor | None, device: Device | None) -> Any:
    return on(device_of(like.device) if device is None and like is not None else device)


def fill(like: Tensor | None, *, shape: tuple[int, ...], value: Any, dtype: DType,
         device: Device | None) -> Tensor:  # fmt: skip
    """One repeated value."""
    with _place(like, device):
        return _filled(shape, value, dtype)


def iota(like: Tensor | None, *, length: int, dtype: DType, device: Device | None) -> Tensor:
    """0, 1, ... length - 1."""
    with _place(like, device):
        zero, end, one = (tf.constant(n, tf.int64) for n in (0, length, 1))
        return raw.Cast(x=raw.Range(start=zero, limit=end, delta=one), DstT=NATIVE[dtype])


def fill_like(x: Tensor, *, value: Any, dtype: DType) -> Tensor:
    """One repeated value in the shape of x."""
    return _filled(tuple(x.shape.as_list()), value, dtype)


def from_dlpack(x: Any) -> Tensor:
    """The same memory; a copy where its strides are not those of a TensorFlow tensor."""
    try:
        return tf.experimental.dlpack.from_dlpack(x.__dlpack__())
    except tf.errors.InvalidArgumentError:
        return tf.constant(np.from_dlpack(x))


OPS = {
    "fill": fill,
    "iota": iota,
    "fill_like": fill_like,
    "copy": lambda x: raw.Identity(input=x),
    "custom_gradient": custom_gradient,
    "stop_gradient": lambda x: raw.StopGradient(input=x),
    "cast": lambda x, *, dtype: raw.Cast(x=x, DstT=NATIVE[dtype]),
    "to_dlpack": lambda x, **options: tf.experimental.dlpack.to_dlpack(x),
    "from_dlpack": from_dlpack,
}
