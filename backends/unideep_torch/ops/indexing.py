"""Reading and writing parts of a tensor. PyTorch lacks negative steps; the rest is NumPy's rules.

A key is taken apart into what gives a view (integers, slices, new axes), the axes of that view to
be reversed, and the index tensors that pick from what remains.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F

from unideep.backend import Index, Slice, native_key

_pick = torch.ops.aten.index.Tensor
_put = torch.ops.aten.index_put_.default


class Plan(NamedTuple):
    """A key, taken apart.

    Attributes:
        view: The part that gives a view, for PyTorch's own brackets.
        reverse: Axes of the view to be reversed afterwards.
        picks: For each axis of the view None, the place of an index tensor, or (an integer,).
    """

    view: tuple[Any, ...]
    reverse: tuple[int, ...]
    picks: tuple[int | tuple[int] | None, ...]


@cache
def _plan(key: tuple[Any, ...], shape: tuple[int, ...]) -> Plan:
    mixed = any(type(k) is Index for k in key)
    view: list[Any] = []
    reverse: list[int] = []
    picks: list[int | tuple[int] | None] = []
    axis = 0
    for k in _whole(key, len(shape)):
        n = shape[axis] if axis < len(shape) else 0
        if k is None or (type(k) is int and not mixed):
            view.append(k)
            picks += [None] * (k is None)
        elif type(k) is Slice:
            forward, backward = _forward(k, n)
            view.append(forward)
            reverse += [len(picks)] * backward
            picks.append(None)
        else:  # beside index tensors an integer is one as well, which decides where axes go
            view.append(slice(None))
            picks.append(k.position if type(k) is Index else (k,))
        axis += k is not None
    return Plan(tuple(view), tuple(reverse), tuple(picks) if mixed else ())


def _whole(key: tuple[Any, ...], ndim: int) -> list[Any]:
    """The key with full slices in place of the ellipsis, or at its end."""
    given = sum(k is not None and k is not Ellipsis for k in key)
    rest = [Slice(None, None, None)] * (ndim - given)
    if Ellipsis not in key:
        return [*key, *rest]
    place = key.index(Ellipsis)
    return [*key[:place], *rest, *key[place + 1 :]]


def _forward(part: Slice, n: int) -> tuple[slice, bool]:
    """A slice with a positive step, and whether its elements are to be reversed."""
    if part.step is None or part.step > 0:
        return slice(*part), False
    places = range(n)[slice(*part)][::-1]
    return slice(places.start, places.stop, places.step) if places else slice(0, 0), True


def _tensors(plan: Any, indices: list[torch.Tensor], x: torch.Tensor) -> list[Any]:
    return [
        None if p is None
        else torch.tensor(p[0], device=x.device) if type(p) is tuple
        else indices[p] if indices[p].dtype in (torch.int64, torch.int32) else indices[p].long()
        for p in plan.picks
    ]  # fmt: skip


@cache
def _simple(key: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The key as it stands, where PyTorch's own brackets understand it."""
    plain = all(type(k) is not Index and not (type(k) is Slice and (k.step or 1) < 0) for k in key)
    return native_key(key, ()) if plain else None


def getitem(x, indices, *, key):
    """x[key], as a view where PyTorch gives one."""
    simple = _simple(key)
    if simple is not None:
        return x[simple]
    plan = _plan(key, tuple(x.shape))
    out = x[plan.view]
    if plan.reverse:
        out = out.flip(plan.reverse)
    return _pick(out, _tensors(plan, indices, x)) if plan.picks else out


def _write(x, value, indices, key, accumulate):
    out = x.clone()
    plan = _plan(key, tuple(x.shape))
    view = out[plan.view]
    if not plan.picks:
        if plan.reverse:
            value = value.expand(view.shape).flip(plan.reverse)
        (view.add_ if accumulate else view.copy_)(value)
    elif plan.reverse:  # a reversed tensor is a copy in PyTorch: write that, and reverse it back
        part = view.flip(plan.reverse)
        view.copy_(_put(part, _tensors(plan, indices, x), value, accumulate).flip(plan.reverse))
    else:
        _put(view, _tensors(plan, indices, x), value, accumulate)
    return out


def take_along_axis(x, indices, *, axis):
    """x at positions that vary along an axis. `torch.take_along_dim` would let them wrap around."""
    i = indices.long()
    i = torch.where(i < 0, i + x.shape[axis], i)
    if x.shape != i.shape:
        rest = torch.broadcast_shapes(_without(x.shape, axis), _without(i.shape, axis))
        x, i = (t.expand(*rest[:axis], t.shape[axis], *rest[axis:]) for t in (x, i))
    try:
        return torch.gather(x, axis, i)
    except NotImplementedError:
        raise
    except RuntimeError as error:
        raise (IndexError if "out of bounds" in str(error) else ValueError)(str(error)) from error


def _without(shape, axis):
    return (*shape[:axis], *shape[axis + 1 :])


OPS = {
    "getitem": getitem,
    "setitem": lambda x, value, indices, *, key: _write(x, value, indices, key, False),
    "add_at": lambda x, value, indices, *, key: _write(x, value, indices, key, True),
    "take_along_axis": take_along_axis,
    "embedding": lambda indices, weight: F.embedding(indices.long(), weight),
}
