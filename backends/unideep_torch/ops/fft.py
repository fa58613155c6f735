"""Fourier transforms."""

import torch


def fourier(x, *, axes, inverse, norm):
    """The transform of complex numbers."""
    return (torch.fft.ifftn if inverse else torch.fft.fftn)(x, dim=axes, norm=norm)


OPS = {
    "fourier": fourier,
    "real_fourier": lambda x, *, axis, norm: torch.fft.rfft(x, dim=axis, norm=norm),
    "real_inverse": lambda x, *, n, axis, norm: torch.fft.irfft(x, n, axis, norm),
}
