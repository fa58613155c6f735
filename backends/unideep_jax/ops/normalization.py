"""Normalisation, each one kernel."""

import jax.numpy as jnp
from jax import lax

from unideep_jax.jitted import all_jitted


def _column(x, v, axis):
    """A vector of channels, ready to broadcast against x."""
    return lax.broadcast_in_dim(v, [n if i == axis else 1 for i, n in enumerate(x.shape)], (axis,))


def batch_norm(x, gamma, beta, mean, var, *, axis, epsilon):
    """γ (x - mean) / √(var + ε) + β with given statistics."""
    scale = gamma * lax.rsqrt(var + epsilon)
    return x * _column(x, scale, axis) + _column(x, beta - mean * scale, axis)


def batch_norm_train(x, gamma, beta, *, axis, epsilon):
    """`batch_norm` with the batch's own statistics, which are returned as well."""
    others = tuple(i for i in range(x.ndim) if i != axis)
    mean = jnp.mean(x, others)
    centered = x - _column(x, mean, axis)
    var = jnp.mean(centered * centered, others)
    scale = gamma * lax.rsqrt(var + epsilon)
    y = centered * _column(x, scale, axis) + _column(x, beta, axis)
    return y, lax.stop_gradient(mean), lax.stop_gradient(var)


def layer_norm(x, gamma, beta, *, axis, epsilon):
    """γ (x - mean) / √(var + ε) + β over one axis of each item."""
    centered = x - jnp.mean(x, axis, keepdims=True)
    var = jnp.mean(centered * centered, axis, keepdims=True)
    normal = centered * lax.rsqrt(var + epsilon)
    return normal * _column(x, gamma, axis) + _column(x, beta, axis)


def group_norm(x, gamma, beta, *, groups, epsilon):
    """`layer_norm` over groups of channels."""
    parts = x.reshape(x.shape[0], groups, -1)
    centered = parts - jnp.mean(parts, -1, keepdims=True)
    var = jnp.mean(centered * centered, -1, keepdims=True)
    normal = (centered * lax.rsqrt(var + epsilon)).reshape(x.shape)
    return normal * _column(x, gamma, 1) + _column(x, beta, 1)


def rms_norm(x, gamma, *, axis, epsilon):
    """γ x / √(mean(x²) + ε) over one axis of each item."""
    size = jnp.mean(x * x, axis, keepdims=True)
    return x * lax.rsqrt(size + epsilon) * _column(x, gamma, axis)


OPS = all_jitted(
    {
        "batch_norm": batch_norm,
        "batch_norm_train": batch_norm_train,
        "group_norm": group_norm,
        "layer_norm": layer_norm,
        "rms_norm": rms_norm,
    }
)
