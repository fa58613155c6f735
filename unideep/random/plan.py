"""What a draw is to give: its shape and dtype, where, and from which parameters."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as _np

from unideep import ops
from unideep.backend import Backend, current_backend
from unideep.canonical import shape as canonical_shape
from unideep.device import DeviceLike
from unideep.dispatch import as_tensor, find_backend, scope
from unideep.dtype import DType, DTypeLike, as_dtype, float32, float64, promote
from unideep.errors import ArgumentError, DTypeError, ShapeError
from unideep.random.state import new_key
from unideep.tensor import Tensor

__all__ = ["Plan", "bare_plan", "check", "plan"]

_NUMBERS = (int, float, _np.generic)

Bad = Callable[[Any], Any]
"""What must not hold for any element of a NumPy array."""


class Plan(NamedTuple):
    """A draw without its numbers."""

    shape: tuple[int, ...]
    dtype: DType  # of the result
    work: DType  # float32 or float64: that of the computation
    backend: Backend
    device: DeviceLike | None

    def times(self, *shape: int) -> Plan:
        """As many as `shape` says, along new axes in front."""
        return self._replace(shape=(*shape, *self.shape))

    def finish(self, x: Tensor) -> Tensor:
        """The result in its dtype."""
        return x.astype(self.dtype, copy=False)

    def tensor(self, parameter: Any) -> Tensor:
        """A parameter in the dtype of the computation."""
        return as_tensor(parameter, self.work, self.device, self.backend)

    def unit(self) -> Tensor:
        """Floats in [0, 1)."""
        draw = ops.native_unit if scope.source == "native" else ops.random_unit
        return draw(new_key(self.backend, self.device), self.shape, self.work)

    def positive(self) -> Tensor:
        """Floats in (0, 1]: their logarithm is finite."""
        return 1.0 - self.unit()

    def open_unit(self) -> Tensor:
        """Floats in (0, 1)."""
        return ops.maximum(self.unit(), 2.0**-25 if self.work is float32 else 2.0**-54)

    def normal(self) -> Tensor:
        """Standard normal numbers."""
        draw = ops.native_normal if scope.source == "native" else ops.random_normal
        return draw(new_key(self.backend, self.device), self.shape, self.work)

    def words(self) -> Tensor:
        """Random 32-bit words, int64."""
        return ops.random_words(new_key(self.backend, self.device), self.shape)


def plan(
    size: Any, dtype: DTypeLike | None, device: DeviceLike | None, *parameters: Any
) -> tuple[Any, ...]:
    """The plan of a draw, and its parameters: Python numbers as they are, others as tensors.

    Without a size the parameters are broadcast; without a dtype it is that of the floating tensors
    among them, else float32.

    Raises:
        ShapeError: the parameters do not broadcast to `size`, or it is negative.
        DTypeError: `dtype` is not a floating one.
    """
    backend = find_backend(parameters) or current_backend()
    values = [_weak(p) if isinstance(p, _NUMBERS) else as_tensor(p, backend=backend)
              for p in parameters]  # fmt: skip
    tensors = [v for v in values if isinstance(v, Tensor)]
    floats = [t.dtype for t in tensors if t.dtype.is_inexact]
    target = (
        as_dtype(dtype) if dtype is not None else functools.reduce(promote, floats or [float32])
    )
    if not target.is_floating:
        raise DTypeError("samples of this distribution are floats.", got=f"dtype {target}")
    work = float64 if target is float64 else float32
    values = [v.astype(work, copy=False) if isinstance(v, Tensor) else v for v in values]
    return Plan(_shape(size, [t.shape for t in tensors]), target, work, backend, device), *values


def bare_plan(size: Any, device: DeviceLike | None, *near: Any) -> Plan:
    """The plan of a draw in float64 whose shape is `size` alone, on the backend of what is near."""
    backend = find_backend(near) or current_backend()
    return Plan(_shape(() if size is None else size, []), float64, float64, backend, device)


def _weak(number: Any) -> float:
    """NumPy's scalars as Python's."""
    return number.item() if isinstance(number, _np.generic) else number


def _shape(size: Any, shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    common = ops.broadcast_shapes(*shapes)
    if size is None:
        return common
    shape = canonical_shape(size)
    if min(shape, default=0) < 0:
        raise ShapeError("a dimension is negative.", got=f"size={size!r}")
    pairs = zip(common[::-1], shape[::-1], strict=False)
    if len(common) > len(shape) or any(c not in (1, n) for c, n in pairs):
        raise ShapeError(
            "the parameters do not broadcast to the size.",
            got=f"size={shape}, parameters {', '.join(map(str, shapes))}",
        )
    return shape


def check(name: str, value: Any, is_bad: Bad, rule: str) -> None:
    """Raise if a parameter is out of its range. In a compiled step a tensor has no values yet.

    Raises:
        ArgumentError: `is_bad` holds for an element.
    """
    if isinstance(value, Tensor):
        if scope.capture is not None:
            return
        value = value.asnumpy()
    if _np.any(is_bad(_np.asarray(value))):
        raise ArgumentError(f"{name} {rule}.", got=f"{name}={value}")
