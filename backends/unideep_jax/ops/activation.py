"""Activation functions, each one kernel."""

import jax

from unideep_jax.jitted import all_jitted

OPS = all_jitted(
    {
        "relu": jax.nn.relu,
        "leaky_relu": lambda x, *, slope: jax.nn.leaky_relu(x, slope),
        "sigmoid": jax.nn.sigmoid,
        "softplus": jax.nn.softplus,
        "log_sigmoid": jax.nn.log_sigmoid,
        "softsign": jax.nn.soft_sign,
        "silu": jax.nn.silu,
        "mish": jax.nn.mish,
        "elu": lambda x, *, alpha: jax.nn.elu(x, alpha),
        "selu": jax.nn.selu,
        "gelu": lambda x, *, approximation: jax.nn.gelu(x, approximation == "tanh"),
        "softmax": lambda x, *, axis: jax.nn.softmax(x, axis),
        "log_softmax": lambda x, *, axis: jax.nn.log_softmax(x, axis),
        "logsumexp": lambda x, *, axis, keepdims: jax.nn.logsumexp(x, axis, keepdims=keepdims),
    }
)
