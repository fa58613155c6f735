"""Tensors from numbers, and tensors from one tensor (copy, astype, zeros_like)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.backend import current_backend, default_device, find_device
from unideep.canonical import DeviceAttr, DTypeAttr, Shape
from unideep.device import Device, DeviceLike
from unideep.dispatch import as_tensor, wrap
from unideep.dtype import DTypeLike, as_dtype, complex64, default_float, float32, int64
from unideep.op import Index, primitive
from unideep.tensor import Tensor

__all__ = [
    "arange", "array", "asarray", "astype", "cast", "copy", "custom_gradient", "empty",
    "empty_like", "eye", "fill", "fill_like", "from_dlpack", "from_native", "full", "full_like",
    "iota", "linspace", "ones", "ones_like", "stop_gradient", "tril", "triu", "zeros", "zeros_like",
]  # fmt: skip


def array(
    object: Any,
    dtype: DTypeLike | None = None,
    *,
    device: DeviceLike | None = None,
    ctx: DeviceLike | None = None,
) -> Tensor:
    """A new tensor with the values of `object` on the current backend.

    Args:
        object: Numbers, nested lists, a NumPy array, or a tensor (copied, on its own backend).
        dtype: Default: the array's own; float32 for Python floats, int64 for Python ints.
        device: Where to put it; `ctx` is Gluon's name for the same.

    Example:
        >>> from unideep import np
        >>> np.array([[1, 2], [3, 4]]).sum(axis=0).tolist()
        [4, 6]
    """
    if isinstance(object, Tensor):
        fresh = copy(object) if dtype is None else astype(object, dtype)
        where = device or ctx
        return fresh if where is None else fresh.to_device(where)
    return as_tensor(object, dtype, device or ctx)


def asarray(
    obj: Any,
    /,
    dtype: DTypeLike | None = None,
    *,
    device: DeviceLike | None = None,
    copy: bool | None = None,
) -> Tensor:
    """`obj` as a tensor; a tensor of that dtype is returned as it is unless `copy`.

    Raises:
        ValueError: `copy=False` and `obj` cannot be taken as it is.
    """
    if copy:
        return array(obj, dtype, device=device)
    x = as_tensor(obj, dtype, device)
    x = x if device is None else x.to_device(device)
    if copy is False and x is not obj:
        raise ValueError("asarray(copy=False): only a tensor of that dtype is taken as it is")
    return x


def from_native(raw: Any, /) -> Tensor:
    """A tensor around an engine's own array, without a copy.

    Raises:
        DTypeError: no loaded or current backend owns arrays of that type.
    """
    from unideep.interop import backend_of

    return wrap(raw, backend_of(raw))


def from_dlpack(x: Any, /, *, device: DeviceLike | None = None, copy: bool | None = None) -> Tensor:
    """A tensor on the current backend from any object with `__dlpack__`, zero-copy if possible.

    Raises:
        ValueError: `copy=False` and another device is asked for.
    """
    backend = current_backend()
    if isinstance(x, Tensor):
        x = x.native
    tensor = wrap(backend.ops["from_dlpack"](x), backend)
    there = tensor if device is None else tensor.to_device(device)
    if copy is False and there is not tensor:
        raise ValueError("from_dlpack(copy=False) cannot move to another device")
    return ops.copy(there) if copy and there is tensor else there


@primitive()
def fill(
    like: Index | None = None,
    /,
    *,
    shape: Shape,
    value: Any,
    dtype: DTypeAttr,
    device: DeviceAttr = None,
) -> Tensor:
    """One repeated value, on the backend of `like` if given: what zeros and full are made of."""


@primitive()
def iota(
    like: Index | None = None, /, *, length: int, dtype: DTypeAttr, device: DeviceAttr = None
) -> Tensor:
    """0, 1, ... length - 1, on the backend of `like` if given: what arange and eye are made of."""


def full(
    shape: Shape,
    fill_value: Any,
    dtype: DTypeLike | None = None,
    *,
    device: DeviceLike | None = None,
    ctx: DeviceLike | None = None,
) -> Tensor:
    """A tensor of one repeated value. Its dtype follows the value if not given.

    Raises:
        ShapeError: a negative dimension.
    """
    if isinstance(fill_value, Tensor):
        return ops.broadcast_to(astype(fill_value, dtype or fill_value.dtype), shape)
    if dtype is None:
        dtype = float32 if type(fill_value) is float else as_tensor(fill_value).dtype
    return fill(shape=shape, value=fill_value, dtype=dtype, device=_place(device or ctx))


def zeros(
    shape: Shape,
    dtype: DTypeLike | None = None,
    *,
    device: DeviceLike | None = None,
    ctx: DeviceLike | None = None,
) -> Tensor:
    """Zeros, float32 if no dtype is given."""
    return fill(shape=shape, value=0, dtype=dtype or default_float(), device=_place(device or ctx))


def ones(
    shape: Shape,
    dtype: DTypeLike | None = None,
    *,
    device: DeviceLike | None = None,
    ctx: DeviceLike | None = None,
) -> Tensor:
    """Ones, float32 if no dtype is given."""
    return fill(shape=shape, value=1, dtype=dtype or default_float(), device=_place(device or ctx))


empty = zeros


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    dtype: DTypeLike | None = None,
    *,
    device: DeviceLike | None = None,
    ctx: DeviceLike | None = None,
) -> Tensor:
    """start, start + step, ... below stop. Integers give int64, floats float32.

    Example:
        >>> from unideep import np
        >>> np.arange(2, 8, 3).tolist()
        [2, 5]
    """
    if stop is None:
        start, stop = 0, start
    integral = all(float(v).is_integer() and not isinstance(v, float) for v in (start, stop, step))
    target = as_dtype(dtype) if dtype is not None else int64 if integral else default_float()
    length = -((start - stop) // step) if integral else math.ceil((stop - start) / step)
    # Counted in the widest type of the kind, so that float32 ends agree with NumPy's.
    count = iota(
        length=max(0, int(length)),
        dtype=int64 if integral else "float64",
        device=_place(device or ctx),
    )
    return astype(count * step + start, target)


def linspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    endpoint: bool = True,
    dtype: DTypeLike | None = None,
    *,
    device: DeviceLike | None = None,
) -> Tensor:
    """`num` evenly spaced values from start to stop, float32 or complex64 if no dtype is given."""
    gaps = num - 1 if endpoint else num
    count = iota(length=num, dtype="float64", device=_place(device))
    values = count * ((stop - start) / gaps if gaps else 0.0) + start
    if endpoint and gaps > 0:
        values = ops.where(ops.equal(count, gaps), stop, values)
    default = complex64 if values.dtype.kind == "c" else default_float()
    return astype(values, dtype or default)


def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    k: int = 0,
    dtype: DTypeLike | None = None,
    *,
    device: DeviceLike | None = None,
) -> Tensor:
    """Ones on diagonal `k`, zeros elsewhere."""
    place = _place(device)
    n_cols = n_rows if n_cols is None else n_cols
    k = max(-n_rows, min(k, n_cols))  # fits int64
    rows = iota(length=n_rows, dtype=int64, device=place)
    columns = iota(length=n_cols, dtype=int64, device=place)
    return astype(ops.equal(rows[:, None] + k, columns), dtype or default_float())


def zeros_like(
    x: Tensor, /, dtype: DTypeLike | None = None, *, device: DeviceLike | None = None
) -> Tensor:
    """Zeros in the shape, dtype, backend and device of `x`."""
    return _like(x, 0, dtype, device)


def ones_like(
    x: Tensor, /, dtype: DTypeLike | None = None, *, device: DeviceLike | None = None
) -> Tensor:
    """Ones in the shape, dtype, backend and device of `x`."""
    return _like(x, 1, dtype, device)


def full_like(
    x: Tensor, /, fill_value: Any, dtype: DTypeLike | None = None, *,
    device: DeviceLike | None = None,
) -> Tensor:  # fmt: skip
    """One repeated value in the shape, dtype, backend and device of `x`."""
    return _like(x, fill_value, dtype, device)


empty_like = zeros_like


@primitive(lambda g, y, x, *, value, dtype: None)
def fill_like(x: Tensor, /, value: Any, dtype: DTypeAttr) -> Tensor:
    """A tensor of one value in the shape, backend and device of `x`."""


def _like(x: Any, value: Any, dtype: DTypeLike | None, device: DeviceLike | None) -> Tensor:
    x = as_tensor(x)
    filled = fill_like(x, value, dtype or x.dtype)
    return filled if device is None else filled.to_device(device)


def tril(x: Tensor, /, k: int = 0) -> Tensor:
    """The lower triangle of the last two axes, zeros above diagonal `k`."""
    return ops.where(_triangle(x, k), x, 0)


def triu(x: Tensor, /, k: int = 0) -> Tensor:
    """The upper triangle of the last two axes, zeros below diagonal `k`."""
    return ops.where(_triangle(x, k - 1), 0, x)


def _triangle(x: Tensor, k: int) -> Tensor:
    rows, columns = (iota(x, length=n, dtype=int64) for n in x.shape[-2:])
    return ops.less_equal(columns, rows[:, None] + k)


@primitive(lambda g, y, x: g)
def copy(x: Tensor, /) -> Tensor:
    """The same values behind a new handle."""


@primitive()
def stop_gradient(x: Tensor, /) -> Tensor:
    """The same values, cut off from the graph."""


def _by_function(
    g: Any, y: Any, outs: Any, xs: Any, saved: Any, *, function: Any
) -> list[Tensor | None]:
    """The gradient that a `Function` gives; the tape carries conjugates, its author does not."""
    gs, ys = (g, y) if isinstance(g, tuple) else ((g,), (y,))
    found = function.pull([ops.conj(g) for g in gs], ys, xs, saved)
    return [None if f is None else ops.conj(f) for f in found]


@primitive(None, _by_function, None)
def custom_gradient(
    outs: Sequence[Index], xs: Sequence[Index], saved: Sequence[Index], /, function: Any
) -> tuple[Tensor, ...]:
    """`outs`, as computed from `xs` by an `autograd.Function`, whose `pull` gives the gradients."""


@primitive(lambda g, y, x, *, dtype: cast(g, x.dtype) if x.dtype.is_inexact else None)
def cast(x: Tensor, /, dtype: DTypeAttr) -> Tensor:
    """The values in another dtype; floats become integers towards zero."""


def astype(
    x: Tensor, dtype: DTypeLike, /, copy: bool = True, *, device: DeviceLike | None = None
) -> Tensor:
    """The values in another dtype. Same dtype: a new handle if `copy`, else `x` itself."""
    if device is not None:
        x = x.to_device(device)
    target = as_dtype(dtype)
    if x.dtype is target:
        return ops.copy(x) if copy else x
    return cast(x, target)


def _place(device: DeviceLike | None) -> Device:
    backend = current_backend()
    return default_device(backend) if device is None else find_device(backend, device)
