"""Linear equations."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from unideep_tensorflow.by_rule import by_rule, checked
from unideep_tensorflow.common import Tensor, ints


def solve_matrix(a: Tensor, b: Tensor) -> Tensor:
    """a⁻¹ b, with leading axes that broadcast."""
    if a.shape[:-2] != b.shape[:-2]:
        batch = tf.broadcast_static_shape(a.shape[:-2], b.shape[:-2])
        a = tf.broadcast_to(a, ints((*batch, *a.shape[-2:])))
        b = tf.broadcast_to(b, ints((*batch, *b.shape[-2:])))
    return tf.linalg.solve(a, b)


def pseudo_inverse(x: Tensor, rtol: Any) -> Tensor:
    """The pseudo-inverse from the singular values above rtol times the largest."""
    s, u, v = tf.linalg.svd(x)
    limit = tf.reduce_max(s, -1, keepdims=True) * tf.cast(rtol, s.dtype)[..., None]
    is_zero = s <= limit
    inverse = tf.where(is_zero, tf.zeros_like(s), 1 / tf.where(is_zero, tf.ones_like(s), s))
    return tf.matmul(v * tf.expand_dims(tf.cast(inverse, x.dtype), -2), u, adjoint_b=True)


def sign_and_log(x: Tensor) -> tuple[Tensor, Tensor]:
    """The logarithm comes in the dtype of x."""
    sign, log = tf.linalg.slogdet(x)
    return sign, tf.math.real(log)


OPS = by_rule(
    {
        "solve_matrix": checked(solve_matrix),
        "inv": checked(tf.linalg.inv),
        "pseudo_inverse": pseudo_inverse,
        "det": tf.linalg.det,
        "sign_and_log": sign_and_log,
    }
)
