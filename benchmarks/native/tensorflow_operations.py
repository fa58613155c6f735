"""Common operations in TensorFlow, eager; its CPU kernels know no NCHW images: left out."""

from __future__ import annotations

import tensorflow as tf

from .operations import Operation

OPERATIONS: dict[str, Operation] = {
    "exp": lambda t: tf.exp(t.a),
    "log": lambda t: tf.math.log(t.a),
    "sqrt": lambda t: tf.sqrt(t.a),
    "tanh": lambda t: tf.tanh(t.a),
    "abs": lambda t: tf.abs(t.a),
    "maximum": lambda t: tf.maximum(t.a, t.b),
    "clip": lambda t: tf.clip_by_value(t.a, 0.2, 0.8),
    "where": lambda t: tf.where(t.mask, t.a, t.b),
    "astype": lambda t: tf.cast(t.a, tf.int32),
    "sum": lambda t: tf.reduce_sum(t.a),
    "sum axis": lambda t: tf.reduce_sum(t.a, axis=1),
    "mean axis": lambda t: tf.reduce_mean(t.a, axis=0, keepdims=True),
    "max axis": lambda t: tf.reduce_max(t.a, axis=1),
    "argmax axis": lambda t: tf.argmax(t.a, axis=1),
    "reshape": lambda t: tf.reshape(t.a, (4, 16)),
    "permute_dims": lambda t: tf.transpose(t.a, (1, 0)),
    "expand_dims": lambda t: tf.expand_dims(t.a, 1),
    "broadcast_to": lambda t: tf.broadcast_to(t.v, (8, 8)),
    "concat": lambda t: tf.concat((t.a, t.b), axis=1),
    "stack": lambda t: tf.stack((t.a, t.b)),
    "split": lambda t: tf.split(t.a, 2, axis=1),
    "take": lambda t: tf.gather(t.a, t.index, axis=0),
    "take_along_axis": lambda t: tf.gather(t.a, t.columns, axis=1, batch_dims=1),
    "einsum": lambda t: tf.einsum("ij,kj->ik", t.a, t.b),
    "zeros": lambda t: tf.zeros((8, 8)),
    "arange": lambda t: tf.range(8),
    "relu": lambda t: tf.nn.relu(t.a),
    "sigmoid": lambda t: tf.sigmoid(t.a),
    "gelu": lambda t: tf.nn.gelu(t.a),
    "softmax": lambda t: tf.nn.softmax(t.a, axis=-1),
    "log_softmax": lambda t: tf.nn.log_softmax(t.a, axis=-1),
    "logsumexp": lambda t: tf.reduce_logsumexp(t.a, axis=-1),
    "one_hot": lambda t: tf.one_hot(t.index, 8),
    "fully_connected": lambda t: tf.nn.bias_add(tf.matmul(t.a, t.b, transpose_b=True), t.v),
    "embedding": lambda t: tf.nn.embedding_lookup(t.a, t.index),
}
