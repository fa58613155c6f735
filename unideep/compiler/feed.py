"""Feeds: numbers that the host computes anew before each call of a compiled step.

A learning rate, an update count, the key of a random draw: Python state that advances with every
call. In eager code a feed is a Python number; in a capture it is an input of the program, so it is
never baked in as a constant.
"""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from unideep.backend import Backend
from unideep.dispatch import scope
from unideep.dtype import DType, as_dtype
from unideep.tensor import Tensor

__all__ = ["Counter", "Feed", "feed"]


class Counter:
    """A count on the host that advances once for each feed computed from it."""

    __slots__ = ("value",)

    def __init__(self, value: int = 0) -> None:
        self.value = value

    def advance(self) -> int:
        """The next count."""
        self.value += 1
        return self.value


class Feed(NamedTuple):
    """What a compiled call computes before it runs: `function(advanced counter)` as `dtype`."""

    counter: Counter
    function: Callable[[int], Any]
    dtype: DType

    def draw(self) -> Any:
        """The next number."""
        return self.function(self.counter.advance())

    def undo(self) -> None:
        """Let the next draw be the last one again."""
        self.counter.value -= 1


def feed(
    counter: Counter, function: Callable[[int], Any], dtype: str, backend: Backend
) -> Any | Tensor:
    """Advance `counter` and give `function(count)`: a number, or in a capture a 0-d tensor."""
    if scope.capture is not None:
        return scope.capture.feed(Feed(counter, function, as_dtype(dtype)), backend)
    return function(counter.advance())
