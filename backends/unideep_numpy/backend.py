"""The members of the Backend protocol on NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ml_dtypes
import numpy as np

from unideep.autograd.shared import SharedTape
from unideep.backend import Program, Raw
from unideep.device import Device, cpu
from unideep.dtype import DType, as_dtype
from unideep_numpy.compile import Replay
from unideep_numpy.ops import OPS
from unideep_numpy.tape import pullback


class NumpyBackend:
    """NumPy arrays, UniDeep's own tape, steps that run as they are."""

    name = "numpy"
    raw_type = (np.ndarray, np.generic)
    ops: Mapping[str, Callable[..., Any]] = OPS
    inexact = frozenset(np.dtype(t) for t in ("f2", ml_dtypes.bfloat16, "f4", "f8", "c8", "c16"))
    compiles = False
    fuses = False

    def tape(self) -> SharedTape:
        """UniDeep's tape with its rules."""
        return SharedTape(self, pullback)

    def plain(self, raw: Raw) -> Raw:
        """NumPy arrays carry no history."""
        return raw

    def compile(
        self,
        pure: Callable[..., Sequence[Raw]],
        examples: Sequence[Raw],
        updates: Callable[[], Mapping[int, int]],
        differentiable: bool = False,
    ) -> Program:
        """`pure` as it is."""
        return Replay(pure)

    def from_numpy(self, array: Any, device: Device) -> Raw:
        """A copy: the caller may go on writing into his array."""
        return np.array(array)

    def scalar(self, value: Any, dtype: DType, device: Device) -> Raw:
        return np.asarray(value, dtype.numpy)

    def to_numpy(self, raw: Raw) -> Any:
        """The array itself; 0-d results may be NumPy scalars."""
        return np.asarray(raw)

    def shape(self, raw: Raw) -> tuple[int, ...]:
        return raw.shape

    def dtype(self, raw: Raw) -> DType:
        return as_dtype(raw.dtype)

    def device(self, raw: Raw) -> Device:
        return cpu()

    def move(self, raw: Raw, device: Device) -> Raw:
        return raw

    def devices(self) -> list[Device]:
        return [cpu()]

    def synchronize(self) -> None:
        """NumPy computes at once."""

    def all_reduce(self, raws: Sequence[Raw], group: Any = None) -> list[Raw]:
        """One process: the sum over it is the value itself."""
        return list(raws)

    def adopt(self, native_module: Any) -> Any:
        """NumPy has no modules."""
        raise NotImplementedError("NumPy has no modules to adopt")

    def report(self) -> dict[str, Any]:
        return {"versions": {"numpy": np.__version__}, "features": ["float64 oracle"]}


BACKEND = NumpyBackend()
