"""What a backend supplies, how it is found, and which one is current.

A backend is an object with the members of `Backend`. It is found through the entry-point group
`unideep.backends` (or `register_backend`) and imported when it is first used.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any, NamedTuple, Protocol

from unideep.config import setting
from unideep.device import Device, DeviceLike, as_device
from unideep.dtype import DType
from unideep.errors import (
    BackendError,
    BackendNotInstalledError,
    DeviceError,
    UnknownBackendError,
    known_names,
)

__all__ = [
    "Backend",
    "Program",
    "Pullback",
    "Raw",
    "backend_names",
    "current_backend",
    "default_device",
    "get_backend",
    "native_key",
    "num_gpus",
    "register_backend",
    "set_backend",
    "synchronize",
    "use_backend",
]

Raw = Any
"""An engine's own array, met only in dispatch, tapes and backends."""

Pullback = Callable[[Raw], Sequence[Raw | None]]
"""From the gradient of an output to the gradients of the inputs.

A gradient that costs much may be a function without arguments, called if somebody wants it.
"""


class Program(Protocol):
    """A compiled `pure`: raws in, raws out. `report` says what `explain()` prints."""

    report: dict[str, Any]

    def __call__(self, raws: list[Raw]) -> Sequence[Raw]: ...


class Backend(Protocol):
    """The members a backend supplies. Operations are data: `ops` maps a name to a function.

    A function in `ops` gets raw arrays of one dtype (and weak Python scalars where the operation
    takes them) before the attributes, which come canonical and by keyword.
    """

    name: str
    raw_type: Any
    """The class of raws, or a tuple of classes."""
    ops: Mapping[str, Callable[..., Any]]
    inexact: frozenset[Any]
    """The engine's own floating and complex dtypes, as `raw.dtype` shows them."""
    compiles: bool
    """Whether `compile` gives a program; if not, a compiled step runs eagerly at every call."""
    fuses: bool
    """Whether an eager Trainer should compile its update, for want of fused optimizer kernels."""

    def tape(self) -> Any:
        """A tape for one recording: a `SharedTape` or `NativeTape` of `unideep.autograd`."""
        ...

    def plain(self, raw: Raw) -> Raw:
        """The value of a recorded raw without its history."""
        ...

    def compile(
        self,
        pure: Callable[..., Sequence[Raw]],
        examples: Sequence[Raw],
        updates: Callable[[], Mapping[int, int]],
        differentiable: bool = False,
    ) -> Program:
        """One native program for `pure`, traced before this returns or at its first call.

        `updates()`, known once `pure` was traced, maps an output to the input that it replaces:
        that input's memory may be reused where nobody else holds it."""
        ...

    def from_numpy(self, array: Any, device: Device) -> Raw: ...
    def scalar(self, value: complex | tuple[complex, ...], dtype: DType, device: Device) -> Raw:
        """A 0-d raw for a program's input, by the shortest way; 1-d of a tuple."""
        ...

    def to_numpy(self, raw: Raw) -> Any: ...
    def shape(self, raw: Raw) -> tuple[int, ...]: ...
    def dtype(self, raw: Raw) -> DType: ...
    def device(self, raw: Raw) -> Device: ...
    def move(self, raw: Raw, device: Device) -> Raw: ...
    def devices(self) -> list[Device]: ...
    def synchronize(self) -> None: ...
    def all_reduce(self, raws: Sequence[Raw], group: Any = None) -> list[Raw]: ...
    def adopt(self, native_module: Any) -> Any: ...
    def report(self) -> dict[str, Any]:
        """Versions, memory, features: for doctor and tests, never to branch on."""
        ...


class Slice(NamedTuple):
    """A hashable slice, as it stands in a canonical indexing key."""

    start: int | None
    stop: int | None
    step: int | None


class Index(NamedTuple):
    """The place of index tensor number `position` in a canonical indexing key."""

    position: int


def native_key(key: tuple[Any, ...], indices: Sequence[Raw]) -> tuple[Any, ...]:
    """A canonical key as Python's own slices and the engine's own index arrays."""
    return tuple(
        slice(*k) if type(k) is Slice else indices[k.position] if type(k) is Index else k
        for k in key
    )


# Discovery

_GROUP = "unideep.backends"
_registered: dict[str, Callable[[], Backend]] = {}
_loaded: dict[str, Backend] = {}
_lock = threading.Lock()


@cache
def _entry_points() -> dict[str, Callable[[], Backend]]:
    def loader(point: Any) -> Callable[[], Backend]:
        return lambda: point.load()()

    return {point.name: loader(point) for point in entry_points(group=_GROUP)}


def register_backend(name: str, load: Callable[[], Backend]) -> None:
    """Make a backend known without an entry point.

    Args:
        name: The name that `set_backend` and `UNIDEEP_BACKEND` take.
        load: Returns the backend; called once, at first use.
    """
    _registered[name] = load
    _loaded.pop(name, None)


def backend_names() -> list[str]:
    """The names of the known backends, installed engine or not."""
    return sorted({*_entry_points(), *_registered})


def get_backend(name: str) -> Backend:
    """The backend of that name, loaded at first use.

    Raises:
        UnknownBackendError: no such backend is registered.
        BackendNotInstalledError: its engine is not installed.
    """
    found = _loaded.get(name)
    return found if found is not None else _load(name)


def _load(name: str) -> Backend:
    load = _registered.get(name) or _entry_points().get(name)
    if load is None:
        raise UnknownBackendError(
            f"{name!r} is not a known backend.", fix=known_names(name, backend_names())
        )
    with _lock:
        if name not in _loaded:
            try:
                _loaded[name] = load()
            except ImportError as error:
                if (error.name or "").startswith("unideep"):
                    raise  # the backend itself is broken, not absent
                raise BackendNotInstalledError(
                    f"the engine of backend {name!r} is not installed.",
                    got=str(error),
                    fix=f'pip install "unideep[{name}]"',
                ) from error
    return _loaded[name]


# The current backend


class _Current(threading.local):
    override: Backend | None = None


_current = _Current()
_default: Backend | None = None


def current_backend() -> Backend:
    """The backend of new tensors: `use_backend`, else `set_backend`, else UNIDEEP_BACKEND."""
    return _current.override or _default or get_backend(setting("backend"))


def set_backend(name: str) -> None:
    """Make `name` the backend of new tensors in the whole process. Existing tensors stay."""
    global _default
    _default = get_backend(name)


@contextlib.contextmanager
def use_backend(name: str) -> Generator[Backend]:
    """Make `name` the backend of new tensors inside the `with` block, in this thread.

    Example:
        >>> import unideep as ud
        >>> with ud.use_backend("numpy"):
        ...     ud.np.ones(2).backend
        'numpy'
    """
    before = _current.override
    _current.override = get_backend(name)
    try:
        yield _current.override
    finally:
        _current.override = before


def synchronize() -> None:
    """Wait until every loaded backend has computed what it was given."""
    for backend in list(_loaded.values()):
        backend.synchronize()


# Devices


def default_device(backend: Backend) -> Device:
    """The device of new tensors: UNIDEEP_DEVICE, where `auto` is the accelerator if any."""
    wanted = setting("device")
    devices = _devices(backend)
    return devices[0] if wanted == "auto" else find_device(backend, wanted)


def find_device(backend: Backend, like: DeviceLike | None) -> Device:
    """The device `like` of `backend`.

    Raises:
        DeviceError: the backend has no such device. Lists those it has.
    """
    if like is None:
        return default_device(backend)
    device = as_device(like)
    if device.kind == "cpu":
        return as_device("cpu")
    if device not in _devices(backend):
        raise DeviceError(
            f"backend {backend.name!r} has no device {device}.",
            fix=f"use one of {_devices(backend)}, or UNIDEEP_DEVICE=auto.",
        )
    return device


def num_gpus() -> int:
    """How many accelerators the current backend has."""
    return sum(d.kind != "cpu" for d in _devices(current_backend()))


@cache
def _devices(backend: Backend) -> list[Device]:
    """Accelerators first: the first one is the default."""
    devices = backend.devices()
    if not devices:
        raise BackendError(f"backend {backend.name!r} reports no device.")
    return sorted(devices, key=lambda d: (d.kind == "cpu", d.index))
