"""What layers over space share: batch, channels, then one to three spatial axes."""

from __future__ import annotations

from collections.abc import Sequence

from unideep.block import HybridBlock
from unideep.errors import ShapeError
from unideep.tensor import Tensor

__all__ = ["Size", "Spatial"]

Size = int | Sequence[int]
"""An int for all spatial axes, or one for each."""


class Spatial(HybridBlock):
    """A layer that expects the axes of its layout.

    Attributes:
        layout: Batch, channels and the spatial axes: the one that the class knows.
    """

    layout: str

    def __init__(self, layout: str | None = None) -> None:
        super().__init__()
        if layout not in (None, self.layout):
            raise ShapeError(
                f"layout is {layout!r}.",
                fix=f"use {self.layout!r}; the engine may store it otherwise inside.",
            )

    def _sizes(self, value: Size) -> tuple[int, ...]:
        """One int for each spatial axis."""
        n = len(self.layout) - 2
        found = (value,) * n if isinstance(value, int) else tuple(value)
        if len(found) != n:
            raise ShapeError(f"{found} has {len(found)} entries for {n} spatial axes.")
        return found

    def _checked(self, x: Tensor) -> Tensor:
        """x, where the operation itself would take any number of axes."""
        if x.ndim != len(self.layout):
            raise ShapeError("the number of axes is wrong.")
        return x

    def diagnose(self, x: Tensor) -> tuple[str, str] | None:
        """The usual mistake: axes."""
        if x.ndim == len(self.layout):
            return None
        name, layout = type(self).__name__, self.layout
        return (
            f"x has {x.ndim} axes but {name} needs {len(layout)}: {layout}.",
            "reshape the input, for instance with np.expand_dims(x, 1).",
        )
