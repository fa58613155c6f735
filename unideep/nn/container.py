"""Layers one after the other, or side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self, overload

from unideep import ops
from unideep.block import Block, HybridBlock
from unideep.tensor import Tensor

__all__ = ["Concatenate", "HybridConcatenate", "HybridSequential", "Sequential"]


class _Stack(Block):
    """What both containers share: add, index, slice, iterate, call in order."""

    def add(self, *blocks: Block) -> None:
        """Append layers."""
        for block in blocks:
            self.register_child(block)

    def forward(self, *args: Any) -> Any:
        """Each layer on the output of the one before; a tuple passes as several inputs."""
        for layer in self._children.values():
            out = layer(*args)
            args = out if isinstance(out, tuple) else (out,)
        return args[0] if len(args) == 1 else args

    def __len__(self) -> int:
        return len(self._children)

    def __iter__(self) -> Iterator[Block]:
        return iter(self._children.values())

    @overload
    def __getitem__(self, key: int) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> Self: ...

    def __getitem__(self, key: int | slice) -> Any:
        layers = list(self._children.values())[key]
        if isinstance(layers, Block):
            return layers
        return self._of(layers)

    def _of(self, layers: list[Block]) -> Self:
        part = type(self)()
        part.add(*layers)
        return part


class Sequential(_Stack):
    """Layers one after the other; `hybridize` compiles each hybrid layer on its own.

    Example:
        >>> net = nn.Sequential()
        >>> net.add(nn.Dense(4, activation="relu"), nn.Dense(2))
        >>> net.initialize()
        >>> net(np.ones((3, 5))).shape, len(net)
        ((3, 2), 2)
    """

    def __init__(self, *blocks: Block, prefix: str | None = None) -> None:
        super().__init__()
        self.add(*blocks)


class HybridSequential(_Stack, HybridBlock):
    """Layers one after the other; `hybridize` compiles them as one."""

    def __init__(self, *blocks: Block, prefix: str | None = None) -> None:
        super().__init__()
        self.add(*blocks)


class _Fork(_Stack):
    """What both kinds of concatenation share."""

    def __init__(self, axis: int = -1) -> None:
        super().__init__()
        self._axis = axis

    def forward(self, *args: Any) -> Tensor:
        """Each layer on the same input; the outputs joined."""
        return ops.concat([layer(*args) for layer in self._children.values()], axis=self._axis)

    def _of(self, layers: list[Block]) -> Self:
        part = type(self)(self._axis)
        part.add(*layers)
        return part

    def _facts(self) -> str:
        return f"axis={self._axis}"


class Concatenate(_Fork):
    """Layers side by side: each gets the input, and their outputs are joined along `axis`.

    Example:
        >>> net = nn.Concatenate(axis=1)
        >>> net.add(nn.Identity(), nn.Dense(2))
        >>> net.initialize()
        >>> net(np.ones((4, 3))).shape
        (4, 5)
    """


class HybridConcatenate(_Fork, HybridBlock):
    """`Concatenate` that `hybridize` compiles as one."""
