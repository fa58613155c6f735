"""Positions in a sequence, as vectors to add or as angles to rotate by."""

# B batch, H heads, T time, U units, D size of a head, R rotations

from __future__ import annotations

from typing import Any

import numpy as _np

from unideep import ops
from unideep.block import HybridBlock, Parameter
from unideep.dispatch import as_tensor
from unideep.dtype import DTypeLike
from unideep.errors import ArgumentError, ShapeError
from unideep.tensor import Tensor

__all__ = [
    "LearnedPositionalEmbedding", "RotaryPositionalEmbedding", "SinusoidalPositionalEmbedding",
]  # fmt: skip

Offset = int | Tensor
"""The position of the first step: a number, or a 0-d tensor of integers."""


def _angles(x: Tensor, length: int, size: int, base: float, offset: Offset) -> Tensor:
    """position · base^(-2r/size) for each of size / 2 rates, in float32 at least."""
    dtype = "float64" if x.dtype.name == "float64" else "float32"
    rates = base ** -(_np.arange(0, size, 2) / size)
    rates_R = as_tensor(rates, dtype, x.device, backend=x._backend)
    places_T = (ops.iota(x, length=length, dtype="int64") + offset).astype(dtype)
    return ops.expand_dims(places_T, 1) * rates_R


class SinusoidalPositionalEmbedding(HybridBlock):
    """x plus sines and cosines of the position, in turn: sin(p rᵢ), cos(p rᵢ), rᵢ = base^(-2i/U).

    There is no table, so no length is too long.

    Args:
        units: U, an even number.
        base: The longest wave is 2π · base.

    Shape:
        x (B, T, U) -> like x. `offset` is the position of the first step, by default 0.

    Source:
        Vaswani et al., 2017, arXiv:1706.03762.

    Example:
        >>> nn.SinusoidalPositionalEmbedding(4)(np.zeros((1, 2, 4)))[0, 0].asnumpy()
        array([0., 1., 0., 1.], dtype=float32)
    """

    def __init__(self, units: int, base: float = 10000.0) -> None:
        super().__init__()
        if units % 2:
            raise ArgumentError(f"units is {units}.", fix="sines and cosines need an even number.")
        self._units, self._base = units, base

    def forward(self, x: Tensor, offset: Offset = 0) -> Tensor:
        """x with its positions."""
        angles_TR = _angles(x, x.shape[-2], self._units, self._base, offset)
        waves_TRW = ops.stack([ops.sin(angles_TR), ops.cos(angles_TR)], -1)
        table_TU = ops.reshape(waves_TRW, (x.shape[-2], self._units))
        return x + table_TU.astype(x.dtype, copy=False)

    def _facts(self) -> str:
        return f"{self._units}, base={self._base:g}"


class LearnedPositionalEmbedding(HybridBlock):
    """x plus a learned vector for each position.

    Args:
        max_length: How many positions there are.
        units: U.

    Shape:
        x (B, T, U) with T at most max_length -> like x. `offset` is the position of the first
        step, by default 0.

    State:
        weight (max_length, units).

    Raises:
        ShapeError: the sequence is longer than the table.
    """

    def __init__(
        self,
        max_length: int,
        units: int,
        dtype: DTypeLike = "float32",
        weight_initializer: Any = None,
    ) -> None:
        super().__init__()
        self._max_length = max_length
        self.weight = Parameter(shape=(max_length, units), dtype=dtype, init=weight_initializer)

    def forward(self, x: Tensor, offset: Offset = 0) -> Tensor:
        """x with its positions."""
        table, length = self.weight.data(), x.shape[-2]
        is_known = not isinstance(offset, Tensor)
        last = length + (int(offset) if is_known else 0)
        if last > self._max_length:
            raise ShapeError(
                f"the sequence ends at position {last}, and the table at {self._max_length}.",
                got=f"x {x.shape}, offset {offset if is_known else 'a tensor'}",
                fix=f"shorten the sequence, or make the table with max_length={last}.",
            )
        if is_known:
            return x + table[offset : offset + length]
        return x + ops.embedding(ops.iota(x, length=length, dtype="int64") + offset, table)

    def _facts(self) -> str:
        return "{} positions, {} units".format(*(self.weight.shape or ()))


class RotaryPositionalEmbedding(HybridBlock):
    """Queries or keys, turned by angles that grow with the position.

    Products of queries and keys then depend on the distance of their positions alone.

    Args:
        base: The slowest rotation takes 2π · base steps.
        interleaved: Which elements make a pair: neighbours (True), or i and i + D/2.

    Shape:
        x (B, H, T, D) with D even -> like x. `offset` is the position of the first step, by
        default 0.

    Source:
        Su et al., 2021, arXiv:2104.09864.
    """

    def __init__(self, base: float = 10000.0, interleaved: bool = False) -> None:
        super().__init__()
        self._base, self._interleaved = base, interleaved

    def forward(self, x: Tensor, offset: Offset = 0) -> Tensor:
        """x, turned."""
        *_, length, size = x.shape
        if size % 2:
            raise ShapeError(
                f"the heads have {size} elements, which make no pairs.", got=f"x {x.shape}"
            )
        angles_TR = _angles(x, length, size, self._base, offset)
        cos_TR = ops.cos(angles_TR).astype(x.dtype, copy=False)
        sin_TR = ops.sin(angles_TR).astype(x.dtype, copy=False)
        if self._interleaved:
            a_BHTR, b_BHTR = x[..., 0::2], x[..., 1::2]
        else:
            a_BHTR, b_BHTR = x[..., : size // 2], x[..., size // 2 :]
        turned = [a_BHTR * cos_TR - b_BHTR * sin_TR, b_BHTR * cos_TR + a_BHTR * sin_TR]
        if not self._interleaved:
            return ops.concat(turned, -1)
        return ops.reshape(ops.stack(turned, -1), x.shape)

    def _facts(self) -> str:
        return f"base={self._base:g}" + (", interleaved" if self._interleaved else "")
