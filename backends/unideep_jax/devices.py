"""JAX's devices under UniDeep's names."""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Any

import jax
from jax.core import Tracer

from unideep.device import Device, as_device, cpu


@cache
def native(device: Device) -> jax.Device:
    """JAX's object for a device."""
    return jax.local_devices(backend=device.kind)[device.index]


@cache
def named(device: jax.Device) -> Device:
    """The name of JAX's object: the processor, or the place among accelerators of its kind."""
    if device.platform == "cpu":
        return cpu()
    peers = jax.local_devices(backend=device.platform)
    return as_device(f"{device.platform}:{peers.index(device)}")


@cache
def default() -> jax.Device:
    """Where JAX puts what nobody has placed."""
    return jax.local_devices()[0]


def found() -> list[Device]:
    """All devices of this process."""
    present = jax.local_devices()
    with contextlib.suppress(RuntimeError):  # JAX_PLATFORMS may leave out the processor
        present += jax.local_devices(backend="cpu")
    return list(dict.fromkeys(map(named, present)))


def of(raw: Any) -> jax.Device:
    """Where an array lives; what is being traced will run on the default device."""
    if isinstance(raw, Tracer):
        return default()
    where = raw.device
    return where if isinstance(where, jax.Device) else next(iter(raw.devices()))


def put(raw: Any, device: jax.Device) -> Any:
    """The array on a device: itself if it is there."""
    return raw if of(raw) is device else jax.device_put(raw, device)
