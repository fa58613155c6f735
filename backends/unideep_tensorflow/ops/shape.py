"""The same elements in another shape or order."""

from __future__ import annotations

from tensorflow import raw_ops as raw

from unideep_tensorflow.common import Tensor, ints, weak


def expand_dims(x: Tensor, *, axis: tuple[int, ...]) -> Tensor:
    """TensorFlow inserts one axis at a time."""
    for a in axis:
        x = raw.ExpandDims(input=x, axis=ints(a))
    return x


def pad_constant(x: Tensor, *, pad_width: tuple[tuple[int, int], ...], value: float) -> Tensor:
    """A border of `value`."""
    if not value:
        return raw.Pad(input=x, paddings=ints(pad_width))
    return raw.PadV2(input=x, paddings=ints(pad_width), constant_values=weak(value, x.dtype))


OPS = {
    "reshape": lambda x, *, shape, copy: raw.Reshape(tensor=x, shape=ints(shape)),
    "expand_dims": expand_dims,
    "permute_dims": lambda x, *, axes: raw.Transpose(x=x, perm=ints(axes)),
    "broadcast_to": lambda x, *, shape: raw.BroadcastTo(input=x, shape=ints(shape)),
    "roll_axes": lambda x, *, shift, axis: raw.Roll(input=x, shift=ints(shift), axis=ints(axis)),
    "flip": lambda x, *, axis: raw.ReverseV2(tensor=x, axis=ints(axis)),
    "pad_constant": pad_constant,
}
