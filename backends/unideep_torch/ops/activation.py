"""Activation functions."""

import torch
import torch.nn.functional as F

# Above 40, log(1 + exp(x)) is x in float64 too; PyTorch's own limit of 20 is float32's.
EXACT = 40.0

OPS = {
    "relu": torch.relu,
    "leaky_relu": lambda x, *, slope: F.leaky_relu(x, slope),
    "sigmoid": torch.sigmoid,
    "softplus": lambda x: F.softplus(x, threshold=EXACT),
    "log_sigmoid": F.logsigmoid,
    "silu": F.silu,
    "mish": F.mish,
    "elu": lambda x, *, alpha: F.elu(x, alpha),
    "selu": torch.selu,
    "gelu": lambda x, *, approximation: F.gelu(x, approximate=_GELU[approximation]),
    "softmax": lambda x, *, axis: torch.softmax(x, axis),
    "log_softmax": lambda x, *, axis: torch.log_softmax(x, axis),
    "logsumexp": lambda x, *, axis, keepdims: torch.logsumexp(x, axis, keepdims),
}

_GELU = {"erf": "none", "tanh": "tanh"}
