"""Common operations in NumPy; what NumPy does not have (relu, convolution) is left out."""

from __future__ import annotations

import numpy as np

from .operations import Operation

OPERATIONS: dict[str, Operation] = {
    "exp": lambda t: np.exp(t.a),
    "log": lambda t: np.log(t.a),
    "sqrt": lambda t: np.sqrt(t.a),
    "tanh": lambda t: np.tanh(t.a),
    "abs": lambda t: np.abs(t.a),
    "maximum": lambda t: np.maximum(t.a, t.b),
    "clip": lambda t: np.clip(t.a, 0.2, 0.8),
    "where": lambda t: np.where(t.mask, t.a, t.b),
    "astype": lambda t: t.a.astype(np.int32),
    "sum": lambda t: np.sum(t.a),
    "sum axis": lambda t: np.sum(t.a, axis=1),
    "mean axis": lambda t: np.mean(t.a, axis=0, keepdims=True),
    "max axis": lambda t: np.max(t.a, axis=1),
    "argmax axis": lambda t: np.argmax(t.a, axis=1),
    "reshape": lambda t: np.reshape(t.a, (4, 16)),
    "permute_dims": lambda t: np.transpose(t.a, (1, 0)),
    "expand_dims": lambda t: np.expand_dims(t.a, 1),
    "broadcast_to": lambda t: np.broadcast_to(t.v, (8, 8)),
    "concat": lambda t: np.concatenate((t.a, t.b), axis=1),
    "stack": lambda t: np.stack((t.a, t.b)),
    "split": lambda t: np.split(t.a, 2, axis=1),
    "take": lambda t: np.take(t.a, t.index, axis=0),
    "take_along_axis": lambda t: np.take_along_axis(t.a, t.columns, axis=1),
    "einsum": lambda t: np.einsum("ij,kj->ik", t.a, t.b),
    "zeros": lambda t: np.zeros((8, 8), np.float32),
    "arange": lambda t: np.arange(8),
}
