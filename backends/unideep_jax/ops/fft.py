"""Fourier transforms."""

import jax.numpy as jnp

from unideep_jax.jitted import all_jitted


def fourier(x, *, axes, inverse, norm):
    """The transform of complex numbers; XLA takes up to three axes at a time."""
    transform = jnp.fft.ifftn if inverse else jnp.fft.fftn
    for i in range(0, len(axes), 3):
        x = transform(x, axes=axes[i : i + 3], norm=norm)
    return x


OPS = all_jitted(
    {
        "fourier": fourier,
        "real_fourier": lambda x, *, axis, norm: jnp.fft.rfft(x, axis=axis, norm=norm),
        "real_inverse": lambda x, *, n, axis, norm: jnp.fft.irfft(x, n, axis, norm),
    }
)
