"""Linear equations."""

import torch

from unideep_torch.by_rule import by_rule


def solve_matrix(a, b):
    """a⁻¹ b; PyTorch takes some stacks of matrices for vectors if they do not have equal axes."""
    batch = torch.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return torch.linalg.solve(a.expand(*batch, *a.shape[-2:]), b.expand(*batch, *b.shape[-2:]))


OPS = by_rule(
    {
        "solve_matrix": solve_matrix,
        "inv": torch.linalg.inv,
        "pseudo_inverse": lambda x, rtol: torch.linalg.pinv(x, rtol=rtol),
        "det": torch.linalg.det,
        "sign_and_log": lambda x: tuple(torch.linalg.slogdet(x)),
    }
)
