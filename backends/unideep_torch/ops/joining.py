"""Several tensors into one, and one into several."""

import itertools

import torch


def cut(x, *, ends, axis):
    """The parts along an axis that end before each of `ends`, as views."""
    return torch.split(x, [b - a for a, b in itertools.pairwise((0, *ends))], axis)


OPS = {
    "join": lambda xs, *, axis: torch.cat(xs, axis),
    "stack": lambda xs, *, axis: torch.stack(xs, axis),
    "cut": cut,
    "unstack": lambda x, *, axis: torch.unbind(x, axis),
}
