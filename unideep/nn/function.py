"""Functions as layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unideep.block import Block, HybridBlock
from unideep.errors import UnknownNameError

__all__ = ["HybridLambda", "Identity", "Lambda"]

Function = Callable[..., Any]


class _Lambda(Block):
    """What both kinds share."""

    def __init__(self, function: str | Function) -> None:
        super().__init__()
        self._function = _named(function) if isinstance(function, str) else function

    def forward(self, *args: Any) -> Any:
        """What the function gives."""
        return self._function(*args)

    def _facts(self) -> str:
        return getattr(self._function, "__name__", repr(self._function))


class Lambda(_Lambda):
    """A function as a layer.

    Args:
        function: Of tensors; or the name of one in `np`, or else in `npx`.

    Raises:
        UnknownNameError: neither has that name.

    Example:
        >>> nn.Lambda("tanh")(np.zeros(2)).tolist()
        [0.0, 0.0]
    """


class HybridLambda(_Lambda, HybridBlock):
    """`Lambda` that `hybridize` compiles."""


def _named(name: str) -> Function:
    from unideep import np, npx

    found = getattr(np, name, None) or getattr(npx, name, None)
    if not callable(found):
        raise UnknownNameError(
            f"{name!r} is not a function of np or npx.", fix="give the function itself."
        )
    return found


class Identity(HybridBlock):
    """The input as it is."""

    def forward(self, x: Any) -> Any:
        """The layer's output."""
        return x
