"""TensorFlow's counter-based generator is the same Philox4x32-10."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import Tensor, ints

PHILOX = 1


def philox(key: Tensor, *, blocks: int) -> list[Tensor]:
    """Four int64 tensors of random 32-bit words, from the counters 0, 1, ... blocks - 1."""
    words = raw.StatelessRandomUniformFullIntV2(
        shape=ints((blocks, 4)),
        key=tf.bitcast(raw.Reshape(tensor=tf.cast(key, tf.int64), shape=ints((1,))), tf.uint64),
        counter=tf.zeros(2, tf.uint64),
        alg=PHILOX,
        dtype=tf.uint32,
    )
    return tf.unstack(tf.cast(words, tf.int64), axis=1)


OPS = {"philox": philox}
