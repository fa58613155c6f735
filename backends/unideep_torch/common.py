"""What several families need for dtypes that PyTorch has few kernels for."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

UNSIGNED = dict.fromkeys((torch.uint8, torch.uint16, torch.uint32, torch.uint64), torch.uint64)
"""The unsigned dtypes, and the one in which they add up."""

LOWEST = torch.iinfo(torch.int64).min


def ordered(x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """x in a dtype whose elements PyTorch compares, in the same order, and the way back."""
    dtype = x.dtype
    if dtype is torch.uint64:  # from 0 at the lowest int64 up
        return x.view(torch.int64) ^ LOWEST, lambda y: (y ^ LOWEST).view(torch.uint64)
    if dtype is torch.bool:
        return x.byte(), Tensor.bool
    if dtype is torch.uint16 or dtype is torch.uint32:
        return x.to(torch.int64), lambda y: y.to(dtype)
    return x, lambda y: y
