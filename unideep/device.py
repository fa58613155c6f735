"""Devices: where a tensor lives. `cpu()` and `gpu(i)` mean the same on every backend."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from unideep.errors import DeviceError

__all__ = ["Device", "DeviceLike", "as_device", "cpu", "gpu"]

_PATTERN: Final = re.compile(r"(cpu|gpu|cuda|tpu)(?:[:(](\d+)\)?)?$")


class Device:
    """A device kind and its index. Interned: compare with `is` or `==`.

    Example:
        >>> import unideep as ud
        >>> ud.cpu(), ud.gpu(1) == ud.as_device("gpu:1")
        (cpu(0), True)
    """

    __slots__ = ("index", "kind")

    def __init__(self, kind: str, index: int) -> None:
        self.kind, self.index = kind, index

    @property
    def device_id(self) -> int:
        """Gluon's name for the index."""
        return self.index

    @property
    def device_type(self) -> str:
        """Gluon's name for the kind."""
        return self.kind

    def __repr__(self) -> str:
        return f"{self.kind}({self.index})"

    def __reduce__(self) -> tuple[object, ...]:
        return as_device, (f"{self.kind}:{self.index}",)


DeviceLike = Device | str


@cache
def _device(kind: str, index: int) -> Device:
    return Device(kind, index)


def cpu(index: int = 0) -> Device:
    """The processor. The index is accepted for Gluon code; every backend has one."""
    return _device("cpu", index)


def gpu(index: int = 0) -> Device:
    """Accelerator number `index`, in the engine's own order."""
    return _device("gpu", index)


def as_device(like: DeviceLike) -> Device:
    """The Device that `like` names: a Device, "cpu", "gpu", "gpu:1" or "cuda:1".

    Raises:
        DeviceError: `like` names no device.
    """
    if isinstance(like, Device):
        return like
    found = _PATTERN.match(like) if isinstance(like, str) else None
    if found is None:
        raise DeviceError(
            f"{like!r} is not a device name.", fix="use 'cpu', 'gpu', 'gpu:1', cpu() or gpu(1)."
        )
    kind = "gpu" if found[1] == "cuda" else found[1]
    return _device(kind, int(found[2] or 0))
