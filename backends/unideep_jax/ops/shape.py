"""The same elements in another shape or order."""

import jax.numpy as jnp

from unideep_jax.jitted import all_jitted

OPS = all_jitted(
    {
        "reshape": lambda x, *, shape, copy: jnp.reshape(x, shape),
        "permute_dims": lambda x, *, axes: jnp.permute_dims(x, axes),
        "broadcast_to": lambda x, *, shape: jnp.broadcast_to(x, shape),
        "expand_dims": lambda x, *, axis: jnp.expand_dims(x, axis),
        "roll_axes": lambda x, *, shift, axis: jnp.roll(x, shift, axis),
        "repeat_each": lambda x, *, repeats, axis: jnp.repeat(x, repeats, axis),
        "tile": lambda x, *, reps: jnp.tile(x, reps),
        "flip": lambda x, *, axis: jnp.flip(x, axis),
        "pad_constant": lambda x, *, pad_width, value: jnp.pad(x, pad_width, constant_values=value),
    }
)
