"""The same elements in another shape or order. Views are fine: a raw with views is not written."""

import torch
import torch.nn.functional as F


def pad(x, *, pad_width, value):
    """PyTorch counts the axes from the last one."""
    return F.pad(x, [n for pair in reversed(pad_width) for n in pair], value=value)


OPS = {
    "reshape": lambda x, *, shape: x.reshape(shape),
    "permute_dims": lambda x, *, axes: x.permute(axes),
    "broadcast_to": lambda x, *, shape: x.expand(shape),
    "concat": lambda xs, *, axis: torch.cat(xs, axis),
    "stack": lambda xs, *, axis: torch.stack(xs, axis),
    "expand_dims": lambda x, *, axis: x.unsqueeze(axis),
    "swapaxes": lambda x, *, axis1, axis2: x.transpose(axis1, axis2),
    "moveaxis": lambda x, *, source, destination: x.movedim(source, destination),
    "flip": lambda x, *, axis: x.flip(axis),
    "pad": pad,
    "repeat": lambda x, *, repeats, axis: x.repeat_interleave(repeats, axis),
    "tile": lambda x, *, reps: x.tile(reps),
}
