"""Dtypes and devices: UniDeep's in PyTorch's terms, and back."""

from __future__ import annotations

from functools import cache

import torch

from unideep.device import Device, as_device, cpu
from unideep.dtype import DTYPES as KNOWN, DType

NATIVE: dict[DType, torch.dtype] = {dtype: getattr(torch, name) for name, dtype in KNOWN.items()}
"""DType -> torch.dtype."""

DTYPES: dict[torch.dtype, DType] = {native: dtype for dtype, native in NATIVE.items()}
"""torch.dtype -> DType."""

INEXACT = frozenset(native for native in DTYPES if native.is_floating_point or native.is_complex)
"""The dtypes that have gradients."""


@cache
def accelerator() -> str | None:
    """What PyTorch calls the accelerator of this machine ("cuda", "mps", "xpu"), if any."""
    found = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    return None if found is None else found.type


@cache
def native_device(device: Device | None) -> torch.device | None:
    """The torch.device of a Device; None stays None, PyTorch's default."""
    if device is None or device.kind == "cpu":
        return None if device is None else torch.device("cpu")
    return torch.device(accelerator() or "cuda", device.index)


@cache
def device_of(native: torch.device) -> Device:
    """The Device of a torch.device."""
    return cpu() if native.type == "cpu" else as_device(f"gpu:{native.index or 0}")


def devices() -> list[Device]:
    """Every device of this machine."""
    count = torch.accelerator.device_count() if accelerator() else 0
    return [*(as_device(f"gpu:{i}") for i in range(count)), cpu()]
