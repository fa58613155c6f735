"""The same elements in another shape or order. Views are fine: raws are never written."""

import numpy as np

OPS = {
    "reshape": lambda x, *, shape: np.reshape(x, shape),
    "permute_dims": lambda x, *, axes: np.transpose(x, axes),
    "broadcast_to": lambda x, *, shape: np.broadcast_to(x, shape),
    "concat": lambda xs, *, axis: np.concatenate(xs, axis),
    "flip": lambda x, *, axis: np.flip(x, axis),
    "pad": lambda x, *, pad_width, value: np.pad(x, pad_width, constant_values=value),
}
