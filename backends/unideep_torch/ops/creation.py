"""Tensors from numbers, and tensors from one tensor."""

import torch

from unideep_torch.custom import custom_gradient
from unideep_torch.spec import NATIVE, native_device


def _place(like, device):
    return native_device(device) if like is None or device is not None else like.device


def fill(like, *, shape, value, dtype, device):
    """One repeated value."""
    return torch.full(shape, value, dtype=NATIVE[dtype], device=_place(like, device))


def iota(like, *, length, dtype, device):
    """0, 1, ... length - 1."""
    return torch.arange(length, dtype=NATIVE[dtype], device=_place(like, device))


def cast(x, *, dtype):
    """The values in another dtype; of complex ones the real part."""
    if x.is_complex() and dtype.kind not in "cb":
        x = x.real
    return x.to(NATIVE[dtype])


OPS = {
    "fill": fill,
    "iota": iota,
    "fill_like": lambda x, *, value, dtype: torch.full_like(x, value, dtype=NATIVE[dtype]),
    "copy": torch.clone,
    "custom_gradient": custom_gradient,
    "stop_gradient": torch.Tensor.detach,
    "cast": cast,
    "to_dlpack": lambda x, **options: x.__dlpack__(**options),
    "from_dlpack": torch.from_dlpack,
}
