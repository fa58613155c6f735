"""Tensors from numbers, and tensors from one tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep.device import Device
from unideep.dtype import DType
from unideep_tensorflow.common import Tensor, ints
from unideep_tensorflow.spec import NATIVE, devices, native_device


def _on(device: Device | None, like: Tensor | None) -> Any:
    """The place of a new tensor, where there is a choice."""
    name = native_device(device) if device is not None else None if like is None else like.device
    return tf.device(name if len(devices()) > 1 else None)


def _filled(shape: tuple[int, ...], value: Any, dtype: DType) -> Tensor:
    native = NATIVE[dtype]
    constant = tf.constant(np.asarray(value).astype(dtype.numpy), native)
    return raw.Fill(dims=ints(shape), value=constant)


def fill(like: Tensor | None, *, shape: tuple[int, ...], value: Any, dtype: DType,
         device: Device | None) -> Tensor:  # fmt: skip
    """One repeated value."""
    with _on(device, like):
        return _filled(shape, value, dtype)


def iota(like: Tensor | None, *, length: int, dtype: DType, device: Device | None) -> Tensor:
    """0, 1, ... length - 1."""
    with _on(device, like):
        return tf.cast(tf.range(length, dtype=tf.int64), NATIVE[dtype])


def fill_like(x: Tensor, *, value: Any, dtype: DType) -> Tensor:
    """One repeated value in the shape of x."""
    return _filled(tuple(x.shape.as_list()), value, dtype)


OPS = {
    "fill": fill,
    "iota": iota,
    "fill_like": fill_like,
    "copy": lambda x: raw.Identity(input=x),
    "stop_gradient": lambda x: raw.StopGradient(input=x),
    "cast": lambda x, *, dtype: raw.Cast(x=x, DstT=NATIVE[dtype]),
    "to_dlpack": lambda x, **options: tf.experimental.dlpack.to_dlpack(x),
    "from_dlpack": lambda x: tf.experimental.dlpack.from_dlpack(x.__dlpack__()),
}
