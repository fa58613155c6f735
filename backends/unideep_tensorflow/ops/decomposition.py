"""Factors of matrices."""

from __future__ import annotations

import tensorflow as tf

from unideep_tensorflow.by_rule import by_rule, checked
from unideep_tensorflow.common import Tensor
from unideep_tensorflow.windows import keep_from_xla


def eigen_hermitian(x: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues, which TensorFlow gives in the dtype of x, and vectors."""
    w, v = tf.linalg.eigh(x)
    return tf.math.real(w), v


def singular(x: Tensor, *, full: bool) -> tuple[Tensor, Tensor, Tensor]:
    """U, S, Vh. XLA's has 8 digits in float64."""
    keep_from_xla()
    s, u, v = tf.linalg.svd(x, full_matrices=full)
    return u, s, tf.linalg.adjoint(v)


OPS = by_rule(
    {
        "cholesky_lower": checked(tf.linalg.cholesky),
        "qr_tall": lambda x, *, full: tuple(tf.linalg.qr(x, full_matrices=full)),
        "eigen_hermitian": eigen_hermitian,
        "eigen": lambda x: tuple(tf.linalg.eig(x)),
        "singular": singular,
    }
)
