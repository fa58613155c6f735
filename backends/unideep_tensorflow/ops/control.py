"""Loops as one operation of a graph."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from unideep_tensorflow.common import Tensor


def scan(
    carry: list[Tensor], rows: list[Tensor], rest: list[Tensor], *, step: Any, length: int
) -> tuple[Tensor, ...]:
    """The last carry and the outputs of all iterations, of which TensorFlow traces one."""
    arrays = [tf.TensorArray(x.dtype, length).unstack(x) for x in rows]
    kinds = [(x.dtype.numpy, x.shape) for x in step.outputs.tensors]
    found = [tf.TensorArray(dtype, length, element_shape=shape) for dtype, shape in kinds]

    def body(i: Tensor, carry: list[Tensor], found: list[Any]) -> Any:
        new, outputs = step.on_raws(carry, [a.read(i) for a in arrays], rest)
        return i + 1, new, [a.write(i, x) for a, x in zip(found, outputs, strict=True)]

    _, carry, found = tf.while_loop(
        lambda i, carry, found: i < length, body, (tf.constant(0), carry, found),
        maximum_iterations=length,
    )  # fmt: skip
    return (*carry, *(a.stack() for a in found))


OPS = {"scan": scan}
