"""TensorFlow's counter-based generator is the same Philox4x32-10."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import Tensor, ints

PHILOX = 1


def philox(key: Tensor, *, blocks: int) -> list[Tensor]:
    """Four int64 tensors of random 32-bit words, from the counters 0, 1, ... blocks - 1."""
    return tf.unstack(tf.cast(_words(key, blocks), tf.int64))


def random_words(key: Tensor, *, shape: tuple[int, ...]) -> Tensor:
    """All first words of the blocks, all second, ..."""
    n = math.prod(shape)
    words = raw.Reshape(tensor=_words(key, -(-n // 4)), shape=ints((-1,)))[:n]
    return raw.Reshape(tensor=tf.cast(words, tf.int64), shape=ints(shape))


def _words(key: Tensor, blocks: int) -> Tensor:
    draw = raw.StatelessRandomUniformFullIntV2
    words = draw(shape=ints((blocks, 4)), dtype=tf.uint32, **_stream(key))
    return raw.Transpose(x=words, perm=ints((1, 0)))


def native_unit(key: Tensor, *, shape: tuple[int, ...], dtype: Any) -> Tensor:
    """Floats in [0, 1): the same words, but TensorFlow's way to floats, in one kernel."""
    draw = raw.StatelessRandomUniformV2
    return draw(shape=ints(shape), dtype=dtype.name, **_stream(key))


def native_normal(key: Tensor, *, shape: tuple[int, ...], dtype: Any) -> Tensor:
    """Standard normal numbers in one kernel."""
    draw = raw.StatelessRandomNormalV2
    return draw(shape=ints(shape), dtype=dtype.name, **_stream(key))


def _stream(key: Tensor) -> dict[str, Any]:
    words = raw.Reshape(tensor=tf.cast(key, tf.int64), shape=ints((1,)))
    return {"key": tf.bitcast(words, tf.uint64), "counter": tf.zeros(2, tf.uint64), "alg": PHILOX}


OPS = {
    "philox": philox,
    "random_words": random_words,
    "native_unit": native_unit,
    "native_normal": native_normal,
}
