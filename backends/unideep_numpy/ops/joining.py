"""Several arrays into one, and one into several."""

from __future__ import annotations

import itertools

import numpy as np

from unideep_numpy.differentiated import Pull, Raw, values


def _cut(x: Raw, *, ends: tuple[int, ...], axis: int) -> tuple[tuple[Raw, ...], Pull]:
    """The parts along an axis that end before each of `ends`, as views."""
    before = (slice(None),) * axis
    parts = [x[(*before, slice(a, b))] for a, b in itertools.pairwise((0, *ends))]

    def pull(grads: list[Raw]) -> list[Raw]:
        rest = x[(*before, slice(ends[-1], None))]
        return [np.concatenate([*grads, np.zeros_like(rest)], axis)]

    return tuple(parts), pull


def _unstack(x: Raw, *, axis: int) -> tuple[tuple[Raw, ...], Pull]:
    return tuple(np.moveaxis(x, axis, 0)), lambda grads: [np.stack(grads, axis)]


PULLBACKS = {"cut": _cut, "unstack": _unstack}
OPS = {
    "join": lambda xs, *, axis: np.concatenate(xs, axis),
    "stack": lambda xs, *, axis: np.stack(xs, axis),
    **values(PULLBACKS),
}
