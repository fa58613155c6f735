"""JAX's settings, made before its first use. What the user has set is left alone.

64-bit types need `jax_enable_x64`. Scoping it to our calls would cost 1.1 µs each, so it is set for
the process: native JAX code beside UniDeep then computes in float64 where it asks for no dtype.
`JAX_ENABLE_X64=0` keeps JAX as it is, without 64-bit types.
"""

import os

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

import jax

if "JAX_ENABLE_X64" not in os.environ:
    jax.config.update("jax_enable_x64", True)
