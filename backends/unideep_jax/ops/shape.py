"""The same elements in another shape or order."""

import jax.numpy as jnp

from unideep_jax.jitted import all_jitted

OPS = all_jitted(
    {
        "reshape": lambda x, *, shape: jnp.reshape(x, shape),
        "permute_dims": lambda x, *, axes: jnp.permute_dims(x, axes),
        "broadcast_to": lambda x, *, shape: jnp.broadcast_to(x, shape),
        "concat": lambda xs, *, axis: jnp.concat(xs, axis=axis),
        "stack": lambda xs, *, axis: jnp.stack(xs, axis),
        "flip": lambda x, *, axis: jnp.flip(x, axis),
        "pad": lambda x, *, pad_width, value: jnp.pad(x, pad_width, constant_values=value),
    }
)
