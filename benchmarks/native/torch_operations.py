"""Common operations in PyTorch."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from .operations import Operation

OPERATIONS: dict[str, Operation] = {
    "exp": lambda t: torch.exp(t.a),
    "log": lambda t: torch.log(t.a),
    "sqrt": lambda t: torch.sqrt(t.a),
    "tanh": lambda t: torch.tanh(t.a),
    "abs": lambda t: torch.abs(t.a),
    "maximum": lambda t: torch.maximum(t.a, t.b),
    "clip": lambda t: torch.clamp(t.a, 0.2, 0.8),
    "where": lambda t: torch.where(t.mask, t.a, t.b),
    "astype": lambda t: t.a.to(torch.int32),
    "sum": lambda t: torch.sum(t.a),
    "sum axis": lambda t: torch.sum(t.a, dim=1),
    "mean axis": lambda t: torch.mean(t.a, dim=0, keepdim=True),
    "max axis": lambda t: torch.amax(t.a, dim=1),
    "argmax axis": lambda t: torch.argmax(t.a, dim=1),
    "reshape": lambda t: torch.reshape(t.a, (4, 16)),
    "permute_dims": lambda t: torch.permute(t.a, (1, 0)),
    "expand_dims": lambda t: torch.unsqueeze(t.a, 1),
    "broadcast_to": lambda t: torch.broadcast_to(t.v, (8, 8)),
    "concat": lambda t: torch.cat((t.a, t.b), dim=1),
    "stack": lambda t: torch.stack((t.a, t.b)),
    "split": lambda t: torch.split(t.a, 4, dim=1),
    "take": lambda t: torch.index_select(t.a, 0, t.index),
    "take_along_axis": lambda t: torch.take_along_dim(t.a, t.columns, dim=1),
    "einsum": lambda t: torch.einsum("ij,kj->ik", t.a, t.b),
    "zeros": lambda t: torch.zeros((8, 8)),
    "arange": lambda t: torch.arange(8),
    "relu": lambda t: F.relu(t.a),
    "sigmoid": lambda t: torch.sigmoid(t.a),
    "gelu": lambda t: F.gelu(t.a),
    "softmax": lambda t: F.softmax(t.a, dim=-1),
    "log_softmax": lambda t: F.log_softmax(t.a, dim=-1),
    "logsumexp": lambda t: torch.logsumexp(t.a, dim=-1),
    "one_hot": lambda t: F.one_hot(t.index, 8),
    "fully_connected": lambda t: F.linear(t.a, t.b, t.v),
    "embedding": lambda t: F.embedding(t.index, t.a),
    "convolution": lambda t: F.conv2d(t.image, t.kernel, padding=1),
    "max_pool": lambda t: F.max_pool2d(t.image, 2, 2),
    "layer_norm": lambda t: F.layer_norm(t.a, (8,), t.v, t.v),
}
