"""The same elements in another shape or order. Views are fine: a raw with views is not written."""

import torch
import torch.nn.functional as F


def expand_dims(x, *, axis):
    """PyTorch inserts one axis at a time."""
    for a in axis:
        x = x.unsqueeze(a)
    return x


def pad_constant(x, *, pad_width, value):
    """PyTorch counts the axes from the last one."""
    return F.pad(x, [n for pair in reversed(pad_width) for n in pair], value=value)


OPS = {
    "reshape": lambda x, *, shape, copy: x.reshape(shape),
    "permute_dims": lambda x, *, axes: x.permute(axes),
    "broadcast_to": lambda x, *, shape: x.expand(shape),
    "expand_dims": expand_dims,
    "swapaxes": lambda x, *, axis1, axis2: x.transpose(axis1, axis2),
    "moveaxis": lambda x, *, source, destination: x.movedim(source, destination),
    "flip": lambda x, *, axis: x.flip(axis),
    "pad_constant": pad_constant,
    "roll_axes": lambda x, *, shift, axis: torch.roll(x, shift, axis),
    "repeat_each": lambda x, *, repeats, axis: x.repeat_interleave(repeats, axis),
    "tile": lambda x, *, reps: x.tile(reps),
}
