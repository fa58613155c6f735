"""Recurrences over the states of a label: loops that a compiled step calls and does not unroll.

Gradients go by UniDeep's rules, through the same loops. `by_rule` is not enough here: the graph of
a hybridized block holds the loop itself, and is differentiated later.
"""

from functools import partial

import torch
from torch import Tensor
from torch.library import custom_op

from unideep.autograd.rules import pull

LOW = -1e30


def _shifted(wide):
    """What stays in its state, comes from the one before, and from two before."""
    return wide[:, 2:], wide[:, 1:-1], wide[:, :-2]


@custom_op("unideep::ctc_paths", mutates_args=())
def ctc_paths(emitted: Tensor, jumps: Tensor) -> Tensor:
    """The log-probability of all paths that end in each state, at each step."""
    t, n, s = emitted.shape
    wide = emitted.new_full((t + 1, n, s + 2), LOW)
    wide[0, :, 1] = 0.0  # the way in
    low = torch.where(jumps, 0.0, LOW).to(emitted.dtype)
    for before, after, added in zip(wide[:-1].unbind(), wide[1:].unbind(), emitted, strict=True):
        stay, one, two = _shifted(before)
        here = torch.logaddexp(stay, one)
        torch.add(torch.logaddexp(here, two + low), added, out=after[:, 2:])
    return wide[1:, :, 2:].clone()


@custom_op("unideep::banded_recurrence", mutates_args=())
def banded_recurrence(x: Tensor, bands: Tensor) -> Tensor:
    """yₜ[s] = xₜ[s] + bands[0]ₜ[s] yₜ₋₁[s] + bands[1]ₜ[s] yₜ₋₁[s-1] + bands[2]ₜ[s] yₜ₋₁[s-2]."""
    t, n, s = x.shape
    wide = x.new_zeros((t + 1, n, s + 2))
    wide[1:, :, 2:] = x
    steps = wide.unbind()
    for before, after, now in zip(steps[:-1], steps[1:], bands.unbind(1), strict=True):
        for band, part in zip(now, _shifted(before), strict=True):
            after[:, 2:].addcmul_(band, part)
    return wide[1:, :, 2:].clone()


@ctc_paths.register_fake
@banded_recurrence.register_fake
def _like(x: Tensor, _: Tensor) -> Tensor:
    return torch.empty_like(x, memory_format=torch.contiguous_format)


def _keep(ctx, inputs, output):
    ctx.save_for_backward(*inputs, output)


def _pull(name, ctx, g):
    *raws, y = ctx.saved_tensors
    return tuple(pull(name, "torch", raws, {}, (y,), [g]))


OPS = {"banded_recurrence": banded_recurrence, "ctc_paths": ctc_paths}
for _name, _loop in OPS.items():
    _loop.register_autograd(partial(_pull, _name), setup_context=_keep)
