"""The operations of `native/operations.py` on UniDeep."""

from __future__ import annotations

from native.operations import SYNTAX, Operation

from unideep import np, npx

OPERATIONS: dict[str, Operation] = SYNTAX | {
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
    "permute_dims": lambda t: np.permute_dims(t.a, (1, 0)),
    "expand_dims": lambda t: np.expand_dims(t.a, 1),
    "broadcast_to": lambda t: np.broadcast_to(t.v, (8, 8)),
    "concat": lambda t: np.concat((t.a, t.b), axis=1),
    "stack": lambda t: np.stack((t.a, t.b)),
    "split": lambda t: np.split(t.a, 2, axis=1),
    "take": lambda t: np.take(t.a, t.index, axis=0),
    "take_along_axis": lambda t: np.take_along_axis(t.a, t.columns, axis=1),
    "einsum": lambda t: np.einsum("ij,kj->ik", t.a, t.b),
    "zeros": lambda t: np.zeros((8, 8)),
    "arange": lambda t: np.arange(8),
    "relu": lambda t: npx.relu(t.a),
    "sigmoid": lambda t: npx.sigmoid(t.a),
    "gelu": lambda t: npx.gelu(t.a),
    "softmax": lambda t: npx.softmax(t.a, axis=-1),
    "log_softmax": lambda t: npx.log_softmax(t.a, axis=-1),
    "logsumexp": lambda t: npx.logsumexp(t.a, axis=-1),
    "one_hot": lambda t: npx.one_hot(t.index, 8),
    "fully_connected": lambda t: npx.fully_connected(t.a, t.b, t.v),
    "embedding": lambda t: npx.embedding(t.index, t.a),
    "convolution": lambda t: npx.convolution(t.image, t.kernel, padding=1),
    "max_pool": lambda t: npx.max_pool(t.image, 2, 2),
    "layer_norm": lambda t: npx.layer_norm(t.a, t.v, t.v),
}
