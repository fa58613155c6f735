"""Several tensors into one, and one into several."""

from __future__ import annotations

import itertools

from tensorflow import raw_ops as raw

from unideep_tensorflow.common import Tensor, ints


def join(xs: list[Tensor], *, axis: int) -> Tensor:
    """Tensors one after the other along an existing axis."""
    return raw.ConcatV2(values=xs, axis=ints(axis)) if len(xs) > 1 else raw.Identity(input=xs[0])


def cut(x: Tensor, *, ends: tuple[int, ...], axis: int) -> tuple[Tensor, ...]:
    """The parts along an axis that end before each of `ends`."""
    if len(ends) == 1:
        return (raw.Identity(input=x),)
    sizes = tuple(b - a for a, b in itertools.pairwise((0, *ends)))
    return tuple(
        raw.SplitV(value=x, size_splits=ints(sizes), axis=ints(axis), num_split=len(sizes))
    )


OPS = {
    "join": join,
    "stack": lambda xs, *, axis: raw.Pack(values=xs, axis=axis),
    "cut": cut,
    "unstack": lambda x, *, axis: tuple(raw.Unpack(value=x, num=x.shape[axis], axis=axis)),
}
