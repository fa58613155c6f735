"""Layers one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self, overload

from unideep.block import Block, HybridBlock

__all__ = ["HybridSequential", "Sequential"]


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
