"""Dtypes and devices: UniDeep's in TensorFlow's terms, and back."""

from __future__ import annotations

import contextlib
import os
from functools import cache
from typing import Any

import tensorflow as tf

from unideep.device import Device, as_device, cpu
from unideep.dtype import DTYPES as KNOWN, DType

NATIVE: dict[DType, tf.DType] = {dtype: tf.as_dtype(name) for name, dtype in KNOWN.items()}
"""DType -> tf.DType."""

DTYPES: dict[tf.DType, DType] = {native: dtype for dtype, native in NATIVE.items()}
"""tf.DType -> DType."""

INEXACT = frozenset(native for native in DTYPES if native.is_floating or native.is_complex)
"""The dtypes that have gradients."""

EAGER: type = tf.__internal__.EagerTensor
"""The class of tensors that have a value; those of a graph have another one."""


@cache
def device_of(name: str) -> Device:
    """The Device of `raw.device`; tensors of a graph have no place yet and say ""."""
    if not name:
        return devices()[0]
    kind, _, index = name.rpartition("device:")[2].partition(":")
    return cpu() if kind == "CPU" else as_device(f"{kind.lower()}:{index}")


@cache
def devices() -> list[Device]:
    """Every device of this machine, accelerators first."""
    gpus = tf.config.list_logical_devices("GPU")
    return [*(as_device(f"gpu:{i}") for i in range(len(gpus))), cpu()]


@cache
def is_host_only() -> bool:
    """Whether there is no choice of devices."""
    return len(devices()) == 1


_NOWHERE = contextlib.nullcontext()


def on(device: Device | None) -> Any:
    """The scope of new tensors on a device; opening one costs 10 microseconds."""
    if device is None or is_host_only():
        return _NOWHERE
    return tf.device(f"{device.kind.upper()}:{device.index}")


def grow_memory() -> None:
    """Let other engines share a GPU: take memory on demand, unless the user configured it."""
    if "TF_FORCE_GPU_ALLOW_GROWTH" in os.environ:
        return
    for gpu in tf.config.list_physical_devices("GPU"):
        if tf.config.get_logical_device_configuration(gpu) is None:
            try:
                tf.config.experimental.set_memory_growth(gpu, True)
            except RuntimeError:  # the user's code has started the device: it is his
                return
