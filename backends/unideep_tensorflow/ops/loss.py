"""Losses that TensorFlow fuses."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import Tensor, ints


def softmax_cross_entropy(logits: Tensor, labels: Tensor, *, axis: int) -> Tensor:
    """-log softmax(logits)[label]; the kernel takes matrices with the classes last."""
    if labels.dtype not in (tf.int32, tf.int64):
        labels = tf.cast(labels, tf.int64)
    if axis != logits.ndim - 1:
        order = [i for i in range(logits.ndim) if i != axis]
        logits = raw.Transpose(x=logits, perm=ints((*order, axis)))
    shape = logits.shape.as_list()
    if labels.shape.as_list() != shape[:-1]:
        raise ValueError(f"labels of shape {labels.shape} do not fit logits without the class axis")
    if len(shape) == 2:
        return raw.SparseSoftmaxCrossEntropyWithLogits(features=logits, labels=labels)[0]
    loss, _ = raw.SparseSoftmaxCrossEntropyWithLogits(
        features=raw.Reshape(tensor=logits, shape=ints((-1, shape[-1]))),
        labels=raw.Reshape(tensor=labels, shape=ints((-1,))),
    )
    return raw.Reshape(tensor=loss, shape=ints(tuple(shape[:-1])))


OPS = {"softmax_cross_entropy": softmax_cross_entropy}
