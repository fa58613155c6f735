"""The axes that layers over space expect: batch, channels, then one to three spatial axes."""

from __future__ import annotations

from collections.abc import Sequence

from unideep.block import Block
from unideep.errors import ShapeError
from unideep.tensor import Tensor

__all__ = ["Size", "check_layout", "sizes", "wrong_axes"]

Size = int | Sequence[int]
"""An int for all spatial axes, or one for each."""


def check_layout(layout: str | None, expected: str) -> None:
    """Refuse another layout than the class's own."""
    if layout not in (None, expected):
        raise ShapeError(
            f"layout is {layout!r}.",
            fix=f"use {expected!r}; the engine may store it otherwise inside.",
        )


def sizes(value: Size, layout: str) -> tuple[int, ...]:
    """One int for each spatial axis of the layout."""
    n = len(layout) - 2
    found = (value,) * n if isinstance(value, int) else tuple(value)
    if len(found) != n:
        raise ShapeError(f"{found} has {len(found)} entries for {n} spatial axes.")
    return found


def wrong_axes(layer: Block, x: Tensor) -> tuple[str, str]:
    """What to say of an input with another number of axes than the layout of its class."""
    name, layout = type(layer).__name__, layer.layout  # pyright: ignore
    return (
        f"x has {x.ndim} axes but {name} needs {len(layout)}: {layout}.",
        "reshape the input, for instance with np.expand_dims(x, 1).",
    )
