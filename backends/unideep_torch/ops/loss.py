"""Losses, element by element."""

import torch
import torch.nn.functional as F


def softmax_cross_entropy(logits, labels, *, axis):
    """PyTorch's classes stand at axis 1, or at axis 0 of a vector."""
    if axis > 1:
        logits = logits.movedim(axis, 1)
    elif axis == 0 and logits.ndim > 1:
        logits = logits.movedim(0, 1)
    return F.cross_entropy(logits, labels.long(), reduction="none")


def sigmoid_cross_entropy(logits, targets):
    """PyTorch does not broadcast here."""
    if logits.shape != targets.shape:
        logits, targets = torch.broadcast_tensors(logits, targets)
    return F.binary_cross_entropy_with_logits(logits, targets, reduction="none")


OPS = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "sigmoid_cross_entropy": sigmoid_cross_entropy,
}
