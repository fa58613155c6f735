"""The members of the Backend protocol on JAX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import jaxlib
import numpy as np

import unideep_jax.config  # noqa: F401  before JAX is used
from unideep.autograd.shared import SharedTape
from unideep.backend import Program, Raw
from unideep.device import Device
from unideep.dtype import DType, as_dtype
from unideep_jax import devices
from unideep_jax.compile import compile_step
from unideep_jax.derivative import INEXACT
from unideep_jax.ops import OPS
from unideep_jax.tape import pullback

_entered = jax.jit(lambda array: array)


class JaxBackend:
    """JAX arrays, each operation jitted, UniDeep's tape over `jax.vjp`, steps as XLA programs."""

    name = "jax"
    raw_type = jax.Array
    ops: Mapping[str, Callable[..., Any]] = OPS
    inexact = INEXACT
    compiles = True
    fuses = True

    def tape(self) -> SharedTape:
        """UniDeep's tape; JAX differentiates single calls."""
        return SharedTape(self, pullback)

    def plain(self, raw: Raw) -> Raw:
        """JAX arrays carry no history."""
        return raw

    def compile(
        self,
        pure: Callable[..., Sequence[Raw]],
        examples: Sequence[Raw],
        updates: Callable[[], Mapping[int, int]],
        differentiable: bool = False,
    ) -> Program:
        """One XLA program; donates the state that it replaces unless it is differentiable."""
        return compile_step(pure, examples, updates, differentiable)

    def from_numpy(self, array: Any, device: Device) -> Raw:
        """A copy. A jitted identity is the fastest way in for small arrays."""
        where = devices.native(device)
        if where is not devices.default():
            return jax.device_put(np.array(array), where)
        return _entered(array) if array.size < 4096 else jnp.array(array)

    def scalar(self, value: Any, dtype: DType, device: Device) -> Raw:
        """A NumPy scalar: jit takes it in faster than anything of JAX's makes an array of it."""
        return dtype.numpy.type(value)

    def to_numpy(self, raw: Raw) -> Any:
        return np.asarray(raw)

    def shape(self, raw: Raw) -> tuple[int, ...]:
        return raw.shape

    def dtype(self, raw: Raw) -> DType:
        return as_dtype(raw.dtype)

    def device(self, raw: Raw) -> Device:
        return devices.named(devices.of(raw))

    def move(self, raw: Raw, device: Device) -> Raw:
        return devices.put(raw, devices.native(device))

    def devices(self) -> list[Device]:
        return devices.found()

    def synchronize(self) -> None:
        """Wait for all arrays of the process: JAX has no queue to wait for."""
        jax.block_until_ready(jax.live_arrays())

    def all_reduce(self, raws: Sequence[Raw], group: Any = None) -> list[Raw]:
        """One process: the sum over it is the value itself."""
        return list(raws)

    def adopt(self, native_module: Any) -> Any:
        """No module of another library is taken over yet."""
        raise NotImplementedError("the JAX backend adopts no modules yet")

    def report(self) -> dict[str, Any]:
        where = devices.default()
        return {
            "versions": {"jax": jax.__version__, "jaxlib": jaxlib.__version__},
            "devices": [str(d) for d in jax.local_devices()],
            "memory": where.memory_stats() or {},
            "features": [
                "64-bit types" if jax.config.jax_enable_x64 else "32-bit types only",
                f"XLA on {where.platform}",
            ],
        }


BACKEND = JaxBackend()
