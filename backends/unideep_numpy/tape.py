"""What the shared tape asks of NumPy: calls whose derivative pays to be written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unideep.backend import Pullback
from unideep_numpy.ops import (
    activation,
    attention,
    convolution,
    joining,
    linalg,
    loss,
    normalization,
    pooling,
    recurrent,
    reduction,
)

PULLBACKS: dict[str, Callable[..., tuple[Any, Pullback]]] = {
    **activation.PULLBACKS,
    **attention.PULLBACKS,
    **convolution.PULLBACKS,
    **joining.PULLBACKS,
    **linalg.PULLBACKS,
    **loss.PULLBACKS,
    **normalization.PULLBACKS,
    **pooling.PULLBACKS,
    **recurrent.PULLBACKS,
    **reduction.PULLBACKS,
}
"""From the arguments of an operation to its output and the way back for gradients."""


def pullback(
    op: Any, function: Callable[..., Any], raws: list[Any], attrs: dict[str, Any]
) -> tuple[Any, Pullback] | None:
    """The output of a call and the way back; None leaves it to the operation's rules."""
    differentiated = PULLBACKS.get(op.name)
    return None if differentiated is None else differentiated(*raws, **attrs)
