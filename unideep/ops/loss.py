"""Losses that engines fuse, element by element: reduce them as you like."""

from __future__ import annotations

from unideep import ops
from unideep.canonical import Axis
from unideep.op import Index, composite
from unideep.tensor import Tensor

__all__ = ["sigmoid_cross_entropy", "softmax_cross_entropy"]


@composite(to_float=True)
def softmax_cross_entropy(logits: Tensor, labels: Index, /, axis: Axis = -1) -> Tensor:
    """-log softmax(logits)[label].

    Shape:
        logits (..., K, ...) with K classes at `axis`, labels without that axis (integers, or
        whole floats) -> like labels.
    """
    return -ops.pick(ops.log_softmax(logits, axis), labels, axis)


@composite(to_float=True)
def sigmoid_cross_entropy(logits: Tensor, targets: Tensor, /) -> Tensor:
    """-(t log σ(x) + (1 - t) log(1 - σ(x))) for targets between 0 and 1, without overflow."""
    return ops.softplus(logits) - logits * targets
