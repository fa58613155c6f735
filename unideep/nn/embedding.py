"""The table of vectors for integers."""

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.block import HybridBlock, Parameter
from unideep.dtype import DTypeLike
from unideep.tensor import Tensor

__all__ = ["Embedding"]


class Embedding(HybridBlock):
    """One vector for each integer.

    Args:
        input_dim: How many integers: 0 to input_dim - 1.
        output_dim: The size of a vector.

    Shape:
        x (...) integers (whole floats are accepted) -> (..., output_dim).

    State:
        weight (input_dim, output_dim).

    Example:
        >>> table = nn.Embedding(10, 4)
        >>> table.initialize()
        >>> table(np.array([[1, 2, 3]])).shape
        (1, 3, 4)
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        dtype: DTypeLike = "float32",
        weight_initializer: Any = None,
        sparse_grad: bool = False,
    ) -> None:
        super().__init__()
        self.weight = Parameter(shape=(input_dim, output_dim), dtype=dtype, init=weight_initializer)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        return ops.embedding(x, self.weight.data())

    def _facts(self) -> str:
        return "{} -> {}".format(*(self.weight.shape or ()))
