"""Activation functions."""

from __future__ import annotations

import math

from unideep import ops
from unideep.canonical import Axis
from unideep.errors import UnknownNameError, known_names
from unideep.op import composite
from unideep.ops.elementwise import tanh
from unideep.tensor import Tensor

__all__ = [
    "activation", "elu", "gelu", "leaky_relu", "log_sigmoid", "log_softmax", "logsumexp", "mish",
    "relu", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign",
]  # fmt: skip


@composite()
def relu(x: Tensor, /) -> Tensor:
    """max(x, 0). The gradient at 0 is 0."""
    return ops.where(x > 0, x, 0)


@composite()
def leaky_relu(x: Tensor, /, slope: float = 0.01) -> Tensor:
    """x where positive, slope * x elsewhere."""
    return ops.where(x > 0, x, slope * x)


@composite(to_float=True)
def sigmoid(x: Tensor, /) -> Tensor:
    """1 / (1 + exp(-x)), without overflow."""
    e = ops.exp(-ops.abs(x))
    return ops.where(x >= 0, 1.0, e) / (1.0 + e)


@composite(to_float=True)
def softplus(x: Tensor, /) -> Tensor:
    """log(1 + exp(x)), without overflow. Gluon's "softrelu"."""
    return ops.maximum(x, 0.0) + ops.log1p(ops.exp(-ops.abs(x)))


@composite(to_float=True)
def log_sigmoid(x: Tensor, /) -> Tensor:
    """The logarithm of the sigmoid."""
    return -softplus(-x)


@composite()
def softsign(x: Tensor, /) -> Tensor:
    """x / (1 + |x|)."""
    return x / (1.0 + ops.abs(x))


@composite()
def silu(x: Tensor, /) -> Tensor:
    """x * sigmoid(x), also called swish (Hendrycks and Gimpel, 2016, arXiv:1606.08415)."""
    return x * sigmoid(x)


@composite()
def mish(x: Tensor, /) -> Tensor:
    """x * tanh(softplus(x)) (Misra, 2019, arXiv:1908.08681)."""
    return x * tanh(softplus(x))


@composite()
def elu(x: Tensor, /, alpha: float = 1.0) -> Tensor:
    """x where positive, alpha * (exp(x) - 1) elsewhere (Clevert et al., 2015)."""
    return ops.where(x > 0, x, alpha * ops.expm1(ops.where(x > 0, 0.0, x)))


@composite()
def selu(x: Tensor, /) -> Tensor:
    """The self-normalising ELU (Klambauer et al., 2017, arXiv:1706.02515)."""
    return 1.0507009873554805 * elu(x, 1.6732632423543772)


@composite()
def gelu(x: Tensor, /, approximation: str = "erf") -> Tensor:
    """x * Φ(x) with Φ the normal distribution function (Hendrycks and Gimpel, 2016).

    Args:
        approximation: "erf" is exact; "tanh" is 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))).
    """
    if approximation == "erf":
        return 0.5 * x * (1.0 + ops.erf(x * math.sqrt(0.5)))
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)
    return 0.5 * x * (1.0 + tanh(inner))


@composite(to_float=True)
def softmax(x: Tensor, /, axis: Axis = -1) -> Tensor:
    """exp(x) / Σ exp(x) along an axis."""
    e = ops.exp(x - ops.stop_gradient(ops.max(x, axis=axis, keepdims=True)))
    return e / ops.sum(e, axis=axis, keepdims=True)


@composite(to_float=True)
def log_softmax(x: Tensor, /, axis: Axis = -1) -> Tensor:
    """The logarithm of softmax, exact where softmax underflows."""
    z = x - ops.stop_gradient(ops.max(x, axis=axis, keepdims=True))
    return z - ops.log(ops.sum(ops.exp(z), axis=axis, keepdims=True))


@composite(to_float=True)
def logsumexp(x: Tensor, /, axis: Axis = -1, keepdims: bool = False) -> Tensor:
    """log Σ exp(x) along an axis."""
    top = ops.stop_gradient(ops.max(x, axis=axis, keepdims=True))
    top = ops.where(ops.isfinite(top), top, 0.0)
    y = ops.log(ops.sum(ops.exp(x - top), axis=axis, keepdims=True)) + top
    return y if keepdims else ops.squeeze(y, axis)


_BY_NAME = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softrelu": softplus,
    "softsign": softsign,
    "log_sigmoid": log_sigmoid,
    "mish": mish,
    "silu": silu,
    "gelu": gelu,
}


def activation(x: Tensor, act_type: str) -> Tensor:
    """The activation function of that name.

    Raises:
        UnknownNameError: there is none; lists the known ones.
    """
    function = _BY_NAME.get(act_type)
    if function is None:
        raise UnknownNameError(
            f"{act_type!r} is not a known activation.", fix=known_names(act_type, _BY_NAME)
        )
    return function(x)
