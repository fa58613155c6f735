"""What the standard lets code ask of an array namespace: `np.__array_namespace_info__()`."""

from __future__ import annotations

from typing import Any

from unideep.backend import current_backend, default_device, find_device
from unideep.device import Device, DeviceLike
from unideep.dtype import DTYPES, DType, complex64, default_float, int64, isdtype

__all__ = ["__array_api_version__", "__array_namespace_info__"]

__array_api_version__ = "2024.12"
"""The version of the Python Array API standard that `unideep.np` follows."""


class Info:
    """Answers for the current backend."""

    def capabilities(self) -> dict[str, Any]:
        """What is possible at all; shapes that depend on data stop at compiled steps."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": None}

    def default_device(self) -> Device:
        """Where new tensors are put."""
        return default_device(current_backend())

    def devices(self) -> list[Device]:
        """Every device of this machine."""
        return current_backend().devices()

    def default_dtypes(self, *, device: DeviceLike | None = None) -> dict[str, DType]:
        """The dtypes of tensors made from Python numbers."""
        _checked(device)
        return {
            "real floating": default_float(),
            "complex floating": complex64,
            "integral": int64,
            "indexing": int64,
        }

    def dtypes(
        self, *, device: DeviceLike | None = None, kind: str | tuple[str, ...] | None = None
    ) -> dict[str, DType]:
        """The standard's dtypes, all or those of a kind; bfloat16 and float16 come on top."""
        _checked(device)
        extra = ("float16", "bfloat16")
        return {
            name: dtype
            for name, dtype in DTYPES.items()
            if name not in extra and (kind is None or isdtype(dtype, kind))
        }


def _checked(device: DeviceLike | None) -> None:
    if device is not None:
        find_device(current_backend(), device)


def __array_namespace_info__() -> Info:
    """What the standard's namespace tells about itself."""
    return Info()
