"""Tensors from numbers, and tensors from one tensor."""

import jax.numpy as jnp
from jax import lax
from jax.core import Tracer

from unideep_jax import devices
from unideep_jax.by_rule import custom_gradient
from unideep_jax.jitted import all_jitted, jitted

# The value is an argument: `full(shape, 0.1 * i)` compiles once. `like` brings its device.
_fill = jitted(lambda like, value, *, shape: jnp.full(shape, value))
_iota = jitted(lambda like, *, length, dtype: lax.iota(dtype.numpy, length))


def fill(like, *, shape, value, dtype, device):
    """One repeated value."""
    return _placed(_fill(like, dtype(value), shape=shape), device)


def iota(like, *, length, dtype, device):
    """0, 1, ... length - 1."""
    return _placed(_iota(like, length=length, dtype=dtype), device)


def fill_like(x, *, value, dtype):
    """One repeated value in the shape of x."""
    return _fill(x, dtype(value), shape=x.shape)


def _placed(raw, device):
    return raw if device is None else devices.put(raw, devices.native(device))


def stop_gradient(x):
    """An array carries no history; in a trace JAX has to be told."""
    return lax.stop_gradient(x) if isinstance(x, Tracer) else x


def cast(x, *, dtype):
    """The values in another dtype; of complex ones the real part."""
    if jnp.iscomplexobj(x) and dtype.kind not in "cb":
        x = x.real
    return x.astype(dtype.numpy)


OPS = {
    "fill": fill,
    "iota": iota,
    "fill_like": fill_like,
    "custom_gradient": custom_gradient,
    "stop_gradient": stop_gradient,
    "copy": lambda x: x,  # values never change: a second handle on one array is a copy
    "to_dlpack": lambda x, **options: x.__dlpack__(**options),
    "from_dlpack": jnp.from_dlpack,
    **all_jitted({"cast": cast}),
}
