"""The members of the Backend protocol on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from unideep.backend import Program, Raw
from unideep.device import Device
from unideep.dtype import DType
from unideep_tensorflow import spec
from unideep_tensorflow.common import constant
from unideep_tensorflow.compile import compile_pure
from unideep_tensorflow.ops import OPS
from unideep_tensorflow.tape import Tape

spec.grow_memory()


class TensorFlowBackend:
    """Plain TensorFlow tensors, its GradientTape, steps that are graphs."""

    name = "tensorflow"
    raw_type = tf.Tensor
    ops: Mapping[str, Callable[..., Any]] = OPS
    inexact = spec.INEXACT
    fuses = True
    compiles = True

    def tape(self) -> Tape:
        """TensorFlow's own tape."""
        return Tape(self)

    def plain(self, raw: Raw) -> Raw:
        """The value without its history."""
        return tf.raw_ops.StopGradient(input=raw)

    def compile(
        self,
        pure: Callable[..., Sequence[Raw]],
        examples: Sequence[Raw],
        updates: Callable[[], Mapping[int, int]],
        differentiable: bool = False,
    ) -> Program:
        """`pure` as a graph, compiled by XLA where that is faster."""
        return compile_pure(pure, examples, differentiable)

    def from_numpy(self, array: Any, device: Device) -> Raw:
        """A copy: the caller may go on writing into his array."""
        with spec.on(device):
            if array.ndim or array.dtype.kind not in "fib":
                return tf.constant(array)
            return constant(array.item(), array.dtype)  # 2 microseconds; of an array, 30

    def scalar(self, value: Any, dtype: DType, device: Device) -> Raw:
        with spec.on(device):
            return constant(value, spec.NATIVE[dtype])

    def to_numpy(self, raw: Raw) -> Any:
        """A copy on the host."""
        return np.asarray(raw.numpy())

    def shape(self, raw: Raw) -> tuple[int, ...]:
        return tuple(raw.shape.as_list())

    def dtype(self, raw: Raw) -> DType:
        return spec.DTYPES[raw.dtype]

    def device(self, raw: Raw) -> Device:
        return spec.device_of(raw.device)

    def move(self, raw: Raw, device: Device) -> Raw:
        with spec.on(device):
            return tf.identity(raw)

    def devices(self) -> list[Device]:
        return spec.devices()

    def synchronize(self) -> None:
        """Wait for the accelerators; the host computes at once."""
        if not spec.is_host_only():
            tf.test.experimental.sync_devices()

    def all_reduce(self, raws: Sequence[Raw], group: Any = None) -> list[Raw]:
        """One process: the sum over it is the value itself."""
        return list(raws)

    def adopt(self, native_module: Any) -> Any:
        """Modules are not adopted yet."""
        raise NotImplementedError("unideep_tensorflow does not adopt tf.Module yet")

    def report(self) -> dict[str, Any]:
        return {
            "versions": {"tensorflow": tf.__version__},
            "devices": [d.name for d in tf.config.list_physical_devices()],
            "features": ["GradientTape", "tf.function", "XLA"],
        }


BACKEND = TensorFlowBackend()
