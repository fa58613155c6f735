"""Factors of matrices."""

import torch

from unideep_torch.by_rule import by_rule

OPS = by_rule(
    {
        "cholesky_lower": torch.linalg.cholesky,
        "qr_tall": lambda x, *, full: tuple(torch.linalg.qr(x, "complete" if full else "reduced")),
        "eigen_hermitian": lambda x: tuple(torch.linalg.eigh(x)),
        "eigen": lambda x: tuple(torch.linalg.eig(x)),
        "singular": lambda x, *, full: tuple(torch.linalg.svd(x, full)),
    }
)
