"""Distributions of integers, and masks. Equal to the bit on every backend; no gradients."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.backend import get_backend
from unideep.device import DeviceLike
from unideep.dtype import DTypeLike
from unideep.random.plan import check, plan
from unideep.random.state import new_key
from unideep.tensor import Tensor

__all__ = ["bernoulli", "keep_mask"]

Size = int | tuple[int, ...] | None
Device = DeviceLike | None


def keep_mask(shape: tuple[int, ...], keep: float, like: Tensor) -> Tensor:
    """Booleans that hold with probability `keep`, on the backend of `like`."""
    return ops.random_mask(new_key(get_backend(like.backend)), shape, round(keep * 2**32))


def bernoulli(prob: Any = 0.5, size: Size = None, dtype: DTypeLike = "float32",
              device: Device = None, ctx: Device = None) -> Tensor:  # fmt: skip
    """Ones with probability `prob`, else zeros.

    Raises:
        ArgumentError: `prob` is not in [0, 1].
    """
    p, prob = plan(size, None, device or ctx, prob)
    check_probability("prob", prob)
    return (p.unit() < prob).astype(dtype)


def check_probability(name: str, value: Any) -> None:
    """Raise if a number is not in [0, 1]."""
    check(name, value, lambda v: ~((v >= 0) & (v <= 1)), "is not a probability")
