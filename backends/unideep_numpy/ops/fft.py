"""Fourier transforms."""

import numpy as np


def fourier(x, *, axes, inverse, norm):
    """The transform of complex numbers."""
    return (np.fft.ifftn if inverse else np.fft.fftn)(x, axes=axes, norm=norm)


OPS = {
    "fourier": fourier,
    "real_fourier": lambda x, *, axis, norm: np.fft.rfft(x, axis=axis, norm=norm),
    "real_inverse": lambda x, *, n, axis, norm: np.fft.irfft(x, n, axis, norm),
}
