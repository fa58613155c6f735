"""Activation functions, each one kernel."""

import jax

from unideep_jax.jitted import all_jitted

OPS = all_jitted(
    {
        "relu": lambda x: jax.nn.relu(x),
        "leaky_relu": lambda x, *, slope: jax.nn.leaky_relu(x, slope),
        "sigmoid": lambda x: jax.nn.sigmoid(x),
        "softplus": lambda x: jax.nn.softplus(x),
        "log_sigmoid": lambda x: jax.nn.log_sigmoid(x),
        "softsign": lambda x: jax.nn.soft_sign(x),
        "silu": lambda x: jax.nn.silu(x),
        "mish": lambda x: jax.nn.mish(x),
        "elu": lambda x, *, alpha: jax.nn.elu(x, alpha),
        "selu": lambda x: jax.nn.selu(x),
        "gelu": lambda x, *, approximation: jax.nn.gelu(x, approximate=approximation == "tanh"),
        "softmax": lambda x, *, axis: jax.nn.softmax(x, axis),
        "log_softmax": lambda x, *, axis: jax.nn.log_softmax(x, axis),
        "logsumexp": lambda x, *, axis, keepdims: jax.nn.logsumexp(x, axis, keepdims=keepdims),
    }
)
