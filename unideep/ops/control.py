"""Loops as one operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.op import Index, composite
from unideep.tensor import Tensor

__all__ = ["scan"]


@composite()
def scan(
    carry: Sequence[Index], rows: Sequence[Index], rest: Sequence[Index], /, step: Any, length: int
) -> tuple[Tensor, ...]:
    """`length` iterations of `step`: the last carry, then the outputs of all iterations, stacked.

    Args:
        carry: What goes from one iteration to the next.
        rows: What gives its rows to the iterations, one each.
        rest: What is the same for all.
        step: `step.on_tensors(carry, row, rest)`, and `on_raws` alike, give carry and outputs;
            `step.outputs.tensors` are like the outputs of one iteration.
    """
    slices = [ops.unstack(t) for t in rows]
    state, found = list(carry), list[list[Tensor]]()
    for i in range(length):
        state, outputs = step.on_tensors(state, [s[i] for s in slices], rest)
        found.append(outputs)
    return (*state, *(ops.stack(column) for column in zip(*found, strict=True)))
