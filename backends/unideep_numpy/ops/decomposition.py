"""Factors of matrices."""

import numpy as np


def eigen(x):
    """Eigenvalues and vectors, complex even if they are all real."""
    kind = np.result_type(x.dtype, np.complex64)
    return tuple(part.astype(kind, copy=False) for part in np.linalg.eig(x))


OPS = {
    "cholesky_lower": np.linalg.cholesky,
    "qr_tall": lambda x, *, full: tuple(np.linalg.qr(x, "complete" if full else "reduced")),
    "eigen_hermitian": lambda x: tuple(np.linalg.eigh(x)),
    "eigen": eigen,
    "singular": lambda x, *, full: tuple(np.linalg.svd(x, full)),
}
