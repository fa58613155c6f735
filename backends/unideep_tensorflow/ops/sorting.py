"""Sorting: TopK takes the first of equal elements first, which makes it a stable sort downwards."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import Tensor, ints

_INTEGER = {2: tf.int16, 4: tf.int32, 8: tf.int64}


def key(x: Tensor) -> Tensor:
    """Integers in the order of the elements: NaN is the largest, and both zeros are equal.

    The bits of a positive float grow with it, those of a negative one shrink.
    """
    if x.dtype.is_integer:
        return x
    if x.dtype is tf.bool:
        return tf.cast(x, tf.uint8)
    bits = raw.Bitcast(input=x, type=_INTEGER[x.dtype.size])
    largest = tf.constant(bits.dtype.max, bits.dtype)
    upwards = tf.where(bits < 0, (bits ^ largest) + 1, bits)
    return tf.where(tf.math.is_nan(x), largest, upwards)


def order_along(x: Tensor, *, axis: int, descending: bool) -> Tensor:
    """The positions that put the elements in order."""
    rank = len(x.shape)
    if not rank:
        return tf.zeros((), tf.int64)
    order = [i for i in range(rank) if i != axis] + [axis]
    back = tuple(order.index(i) for i in range(rank))
    keys = key(tf.stop_gradient(x))
    if not descending:
        keys = raw.Invert(x=keys)
    is_last = axis == rank - 1
    keys = keys if is_last else raw.Transpose(x=keys, perm=ints(tuple(order)))
    found = raw.TopKV2(input=keys, k=ints(x.shape[axis]), sorted=True)[1]
    found = raw.Cast(x=found, DstT=tf.int64)
    return found if is_last else raw.Transpose(x=found, perm=ints(back))


OPS = {"order_along": order_along}
