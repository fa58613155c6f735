"""Products."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import UNSIGNED, Tensor, binary, ints

WIDE = dict.fromkeys((tf.bool, tf.int8, tf.int16, *UNSIGNED), tf.int64)


def _matmul(x: Tensor, y: Tensor) -> Tensor:
    m, n = x.ndim, y.ndim
    if m == 2 and n == 2:
        return raw.MatMul(a=x, b=y)
    if m == 1:
        return tf.squeeze(_matmul(x[None, :], y), -2 if n > 1 else -1)
    if n == 1:
        return tf.squeeze(_matmul(x, y[:, None]), -1)
    return raw.BatchMatMulV2(x=x, y=y)


def fully_connected(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """x Wᵀ + b: one product of matrices, whatever the leading axes."""
    if x.dtype in WIDE:
        y = OPS["matmul"](x, tf.transpose(weight))
        return y if bias is None else y + bias
    *leading, width = x.shape.as_list()
    rows = x if len(leading) == 1 else raw.Reshape(tensor=x, shape=ints((-1, width)))
    y = raw.MatMul(a=rows, b=weight, transpose_b=True)
    if bias is not None:
        y = raw.BiasAdd(value=y, bias=bias)
    if len(leading) == 1:
        return y
    return raw.Reshape(tensor=y, shape=ints((*leading, weight.shape[0])))


OPS = {
    "matmul": binary(_matmul, WIDE),
    "fully_connected": fully_connected,
}
