"""uint16, uint32 and uint64: PyTorch stores and moves them, but has few kernels that compute.

16 and 32 bits are computed in int64 and cut off again. 64 bits are those of int64, where sums and
products are the same modulo 2**64; the order is that of int64 with the highest bit turned over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from unideep_torch.common import LOWEST

WIDE = frozenset((torch.uint16, torch.uint32, torch.uint64))

Function = Callable[..., Any]


def completed(ops: Mapping[str, Function]) -> dict[str, Function]:
    """`ops`, which go another way where PyTorch says that it has no kernel."""
    found = dict(ops)
    for arity, names in ((_unary, UNARY), (_binary, BINARY), (_general, GENERAL)):
        found.update((name, arity(ops[name], way)) for name, way in names.items())
    return found


# Python frames cost: those of one and two tensors have no argument lists


def _unary(op: Function, way: Function) -> Function:
    def call(x: Tensor) -> Any:
        try:
            return op(x)
        except NotImplementedError:
            if x.dtype not in WIDE:
                raise
            return way(op, x.dtype, x)

    return call


def _binary(op: Function, way: Function) -> Function:
    def call(x: Any, y: Any) -> Any:
        try:
            return op(x, y)
        except NotImplementedError:
            return way(op, _wide(x, y), x, y)

    return call


def _general(op: Function, way: Function) -> Function:
    def call(*args: Any, **attrs: Any) -> Any:
        try:
            return op(*args, **attrs)
        except NotImplementedError:
            return way(op, _wide(*args), *args, **attrs)

    return call


def _wide(*args: Any) -> torch.dtype:
    """The unsigned dtype among tensors; if there is none, what is being handled goes on."""
    for a in args:
        if isinstance(a, Tensor) and a.dtype in WIDE:
            return a.dtype
    raise


# Ways


def by_bits(op: Function, dtype: torch.dtype, *args: Any, **attrs: Any) -> Any:
    """As int64: right where the result depends on the bits alone."""
    return _unsigned(op(*(_signed(a, dtype) for a in args), **attrs), dtype)


def by_order(op: Function, dtype: torch.dtype, *args: Any) -> Any:
    """As int64 in the same order."""
    if dtype is not torch.uint64:
        return by_bits(op, dtype, *args)
    out = op(*(_signed(a, dtype) ^ LOWEST for a in args))
    return _unsigned(out ^ LOWEST, dtype) if out.dtype is torch.int64 else out


def _signed(a: Any, dtype: torch.dtype) -> Any:
    if isinstance(a, Tensor):
        if a.dtype is not dtype:
            return a
        return a.view(torch.int64) if dtype is torch.uint64 else a.to(torch.int64)
    return a - 2**64 if isinstance(a, int) and a >= 2**63 else a


def _unsigned(out: Tensor, dtype: torch.dtype) -> Tensor:
    if out.dtype is not torch.int64:
        return out
    return out.view(torch.uint64) if dtype is torch.uint64 else out.to(dtype)


def floor_divide(op: Function, dtype: torch.dtype, x: Any, y: Any) -> Tensor:
    """The quotient. Of 64 bits that of half x is doubled and mended by one."""
    if dtype is not torch.uint64:
        return by_bits(op, dtype, x, y)
    x, y = (torch.as_tensor(_signed(a, dtype)) for a in (x, y))
    half = (x >> 1) & ~LOWEST
    quotient = (half // torch.where(y < 0, 1, y)) << 1
    rest = x - quotient * y
    quotient = quotient + ((rest ^ LOWEST) >= (y ^ LOWEST))
    at_most_one = ((x ^ LOWEST) >= (y ^ LOWEST)).to(torch.int64)
    return torch.where(y < 0, at_most_one, quotient).view(torch.uint64)


def remainder(op: Function, dtype: torch.dtype, x: Any, y: Any) -> Tensor:
    """What the quotient leaves."""
    if dtype is not torch.uint64:
        return by_bits(op, dtype, x, y)
    quotient = floor_divide(op, dtype, x, y).view(torch.int64)
    return (_signed(x, dtype) - quotient * _signed(y, dtype)).view(torch.uint64)


def shift_right(op: Function, dtype: torch.dtype, x: Any, y: Any) -> Tensor:
    """Zeros come in from the left."""
    if dtype is not torch.uint64:
        return by_bits(op, dtype, x, y)
    x, y = (torch.as_tensor(_signed(a, dtype)) for a in (x, y))
    kept = torch.where(y > 0, ~(torch.tensor(LOWEST) >> (y - 1).clamp(0)), -1)
    return torch.where(y > 63, 0, (x >> y) & kept).view(torch.uint64)


def itself(op: Function, dtype: torch.dtype, x: Tensor) -> Tensor:
    """No number is below zero."""
    return x.clone()


def as_sign(op: Function, dtype: torch.dtype, x: Tensor) -> Tensor:
    """0 or 1."""
    return (x != 0).to(dtype)


def places(op: Function, dtype: torch.dtype, x: Tensor) -> tuple[Tensor, ...]:
    """Where the bits are not all zero."""
    return op(_signed(x, dtype))


UNARY: dict[str, Function] = {
    "negative": by_bits, "bitwise_invert": by_bits, "places": places, "abs": itself,
    "sign": as_sign,
}  # fmt: skip
BINARY: dict[str, Function] = {
    "add": by_bits, "subtract": by_bits, "multiply": by_bits, "power": by_bits, "matmul": by_bits,
    "bitwise_left_shift": by_bits, "bitwise_right_shift": shift_right,
    "floor_divide": floor_divide, "remainder": remainder, "maximum": by_order,
    "minimum": by_order, "less": by_order, "less_equal": by_order, "greater": by_order,
    "greater_equal": by_order,
}  # fmt: skip
GENERAL: dict[str, Function] = {"where": by_bits, "flip": by_bits, "take_along_axis": by_bits}
