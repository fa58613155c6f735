"""Einstein's summation."""

from __future__ import annotations

import tensorflow as tf

from unideep_tensorflow.common import Tensor
from unideep_tensorflow.ops.linalg import WIDE


def contract(xs: list[Tensor], *, subscripts: str) -> Tensor:
    """einsum, over the best order of pairs."""
    wide = WIDE.get(xs[0].dtype)
    if wide is None:
        return tf.einsum(subscripts, *xs)
    return tf.cast(tf.einsum(subscripts, *(tf.cast(x, wide) for x in xs)), xs[0].dtype)


OPS = {"contract": contract}
