"""The same elements in another shape or order."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow.common import Tensor, ints, weak


def pad(x: Tensor, *, pad_width: tuple[tuple[int, int], ...], value: float) -> Tensor:
    """A border of `value`."""
    if not value:
        return raw.Pad(input=x, paddings=ints(pad_width))
    return raw.PadV2(input=x, paddings=ints(pad_width), constant_values=weak(value, x.dtype))


OPS = {
    "reshape": lambda x, *, shape: raw.Reshape(tensor=x, shape=ints(shape)),
    "expand_dims": lambda x, *, axis: raw.ExpandDims(input=x, axis=axis),
    "permute_dims": lambda x, *, axes: raw.Transpose(x=x, perm=ints(axes)),
    "broadcast_to": lambda x, *, shape: raw.BroadcastTo(input=x, shape=ints(shape)),
    "concat": lambda xs, *, axis: tf.concat(xs, axis),
    "stack": lambda xs, *, axis: tf.stack(xs, axis),
    "flip": lambda x, *, axis: raw.ReverseV2(tensor=x, axis=ints(axis)),
    "pad": pad,
}
