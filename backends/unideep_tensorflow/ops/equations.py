"""Linear equations."""

from __future__ import annotations

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


OPS = by_rule(
    {
        "solve_matrix": checked(solve_matrix),
        "inv": checked(tf.linalg.inv),
        "pseudo_inverse": lambda x, rtol: tf.linalg.pinv(x, rtol),
        "det": tf.linalg.det,
        "sign_and_log": lambda x: tuple(tf.linalg.slogdet(x)),
    }
)
