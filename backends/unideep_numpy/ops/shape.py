"""The same elements in another shape or order. Views are fine: raws are never written."""

import numpy as np

OPS = {
    "reshape": lambda x, *, shape, copy: x.reshape(shape),
    "permute_dims": lambda x, *, axes: x.transpose(axes),
    "broadcast_to": lambda x, *, shape: np.broadcast_to(x, shape),
    "roll_axes": lambda x, *, shift, axis: np.roll(x, shift, axis),
    "repeat_each": lambda x, *, repeats, axis: np.repeat(x, repeats, axis),
    "tile": lambda x, *, reps: np.tile(x, reps),
    "flip": lambda x, *, axis: np.flip(x, axis),
    "pad_constant": lambda x, *, pad_width, value: np.pad(x, pad_width, constant_values=value),
}
