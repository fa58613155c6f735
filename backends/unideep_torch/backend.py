"""The members of the Backend protocol on PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ml_dtypes
import numpy as np
import torch

from unideep.backend import Program, Raw
from unideep.device import Device
from unideep.dtype import DType
from unideep_torch import spec
from unideep_torch.compile import compile_step
from unideep_torch.differentiable import compile_block
from unideep_torch.ops import OPS
from unideep_torch.tape import TorchTape


class TorchBackend:
    """PyTorch tensors, its autograd, steps captured by make_fx and compiled by Inductor."""

    name = "torch"
    raw_type = torch.Tensor
    ops: Mapping[str, Callable[..., Any]] = OPS
    inexact = spec.INEXACT
    compiles = True
    fuses = False

    def tape(self) -> TorchTape:
        """A view of PyTorch's own graph."""
        return TorchTape(self)

    def plain(self, raw: Raw) -> Raw:
        """The value without its graph."""
        return raw.detach() if raw.requires_grad else raw

    def compile(
        self,
        pure: Callable[..., Sequence[Raw]],
        examples: Sequence[Raw],
        updates: Callable[[], Mapping[int, int]],
        differentiable: bool = False,
    ) -> Program:
        """`pure` captured by make_fx and compiled by Inductor."""
        if differentiable:
            return compile_block(pure, examples)
        return compile_step(pure, examples, updates)

    def from_numpy(self, array: Any, device: Device) -> Raw:
        """A copy: the caller may go on writing into his array."""
        where = spec.native_device(device)
        if array.dtype == ml_dtypes.bfloat16:
            bits = torch.tensor(np.array(array).view(np.int16), device=where)
            return bits.view(torch.bfloat16)
        if array.dtype.char == "Q":  # a C type of its own, as uint64
            array = array.view(np.uint64)
        if any(stride < 0 for stride in array.strides):
            array = np.array(array)
        return torch.tensor(array, device=where)

    def scalar(self, value: Any, dtype: DType, device: Device) -> Raw:
        if isinstance(value, tuple):
            return torch.tensor(value, dtype=spec.NATIVE[dtype], device=spec.native_device(device))
        return torch.full((), value, dtype=spec.NATIVE[dtype], device=spec.native_device(device))

    def to_numpy(self, raw: Raw) -> Any:
        """An array on the same memory where the raw is in the host's."""
        if raw.dtype is torch.bfloat16:
            return raw.detach().view(torch.int16).numpy(force=True).view(ml_dtypes.bfloat16)
        return raw.numpy(force=True)

    def shape(self, raw: Raw) -> tuple[int, ...]:
        return tuple(raw.shape)

    def dtype(self, raw: Raw) -> DType:
        return spec.DTYPES[raw.dtype]

    def device(self, raw: Raw) -> Device:
        return spec.device_of(raw.device)

    def move(self, raw: Raw, device: Device) -> Raw:
        return raw.to(spec.native_device(device))

    def devices(self) -> list[Device]:
        return spec.devices()

    def synchronize(self) -> None:
        """Wait for the accelerator; the host computes at once."""
        if spec.accelerator():
            torch.accelerator.synchronize()

    def all_reduce(self, raws: Sequence[Raw], group: Any = None) -> list[Raw]:
        """One process: the sum over it is the value itself."""
        return list(raws)

    def adopt(self, native_module: Any) -> Any:
        """Modules are not adopted yet."""
        raise NotImplementedError("unideep_torch does not adopt torch.nn modules yet")

    def report(self) -> dict[str, Any]:
        return {
            "versions": {"torch": torch.__version__, "cuda": torch.version.cuda},
            "threads": torch.get_num_threads(),
            "features": ["autograd", "inductor"],
        }


BACKEND = TorchBackend()
