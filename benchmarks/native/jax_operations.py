"""Common operations in JAX, outside jit."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from .operations import Operation

OPERATIONS: dict[str, Operation] = {
    "exp": lambda t: jnp.exp(t.a),
    "log": lambda t: jnp.log(t.a),
    "sqrt": lambda t: jnp.sqrt(t.a),
    "tanh": lambda t: jnp.tanh(t.a),
    "abs": lambda t: jnp.abs(t.a),
    "maximum": lambda t: jnp.maximum(t.a, t.b),
    "clip": lambda t: jnp.clip(t.a, 0.2, 0.8),
    "where": lambda t: jnp.where(t.mask, t.a, t.b),
    "astype": lambda t: t.a.astype(jnp.int32),
    "sum": lambda t: jnp.sum(t.a),
    "sum axis": lambda t: jnp.sum(t.a, axis=1),
    "mean axis": lambda t: jnp.mean(t.a, axis=0, keepdims=True),
    "max axis": lambda t: jnp.max(t.a, axis=1),
    "argmax axis": lambda t: jnp.argmax(t.a, axis=1),
    "reshape": lambda t: jnp.reshape(t.a, (4, 16)),
    "permute_dims": lambda t: jnp.permute_dims(t.a, (1, 0)),
    "expand_dims": lambda t: jnp.expand_dims(t.a, 1),
    "broadcast_to": lambda t: jnp.broadcast_to(t.v, (8, 8)),
    "concat": lambda t: jnp.concatenate((t.a, t.b), axis=1),
    "stack": lambda t: jnp.stack((t.a, t.b)),
    "split": lambda t: jnp.split(t.a, 2, axis=1),
    "take": lambda t: jnp.take(t.a, t.index, axis=0),
    "take_along_axis": lambda t: jnp.take_along_axis(t.a, t.columns, axis=1),
    "einsum": lambda t: jnp.einsum("ij,kj->ik", t.a, t.b),
    "zeros": lambda t: jnp.zeros((8, 8)),
    "arange": lambda t: jnp.arange(8),
    "relu": lambda t: jax.nn.relu(t.a),
    "sigmoid": lambda t: jax.nn.sigmoid(t.a),
    "gelu": lambda t: jax.nn.gelu(t.a, approximate=False),
    "softmax": lambda t: jax.nn.softmax(t.a, axis=-1),
    "log_softmax": lambda t: jax.nn.log_softmax(t.a, axis=-1),
    "logsumexp": lambda t: jax.nn.logsumexp(t.a, axis=-1),
    "one_hot": lambda t: jax.nn.one_hot(t.index, 8),
    "fully_connected": lambda t: t.a @ t.b.T + t.v,
    "embedding": lambda t: jnp.take(t.a, t.index, axis=0),
    "convolution": lambda t: lax.conv(t.image, t.kernel, (1, 1), "SAME"),
    "max_pool": lambda t: lax.reduce_window(
        t.image, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID"
    ),
}
