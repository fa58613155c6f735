"""Compiled steps: one XLA program, whose state is updated in its own memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from sys import getrefcount
from typing import Any

import jax
from jax.extend.core import ClosedJaxpr

from unideep.backend import Program, Raw
from unideep_jax.derivative import derivative
from unideep_jax.layout import runner

EXCLUSIVE = next(map(getrefcount, (object(),))) + 2
"""References to a raw in the tuple that is looked through, if only a list and a handle hold it."""


def compile_step(
    pure: Callable[..., Sequence[Raw]],
    examples: Sequence[Raw],
    updates: Callable[[], Mapping[int, int]],
    differentiable: bool,
) -> Program:
    """`pure` as a program. The user's Python runs once."""
    traced = jax.make_jaxpr(lambda *raws: list(pure(raws)))(*examples)
    return Differentiable(traced) if differentiable else Step(traced, updates())


class Differentiable:
    """A program that the tape can differentiate."""

    def __init__(self, traced: ClosedJaxpr) -> None:
        run = runner(traced)
        self._run = jax.jit(lambda raws: run(*raws))
        self.derivative = jax.jit(partial(derivative, self._run))
        self.report = {"engine": "jit", "ops": len(traced.jaxpr.eqns)}

    def __call__(self, raws: list[Raw]) -> Sequence[Raw]:
        return self._run(raws)


class Step:
    """A program that writes new state into the memory of the old.

    Args:
        traced: The step.
        updates: {output: input} for outputs that replace an input.

    JAX pairs donated inputs with outputs of their shape in the order of both. So the outputs come
    out in the order of the inputs that they replace, and are put back into theirs.
    """

    def __init__(self, traced: ClosedJaxpr, updates: Mapping[int, int]) -> None:
        pairs = sorted((i, o) for o, i in updates.items() if _fits(traced, o, i))
        self._donated = [i for i, _ in pairs]
        self._state = pick(self._donated)
        first = [o for _, o in pairs]
        order = [*first, *(o for o in range(len(traced.out_avals)) if o not in set(first))]
        run = runner(traced)
        self._run = jax.jit(lambda *raws: pick(order)(run(*raws)), donate_argnums=self._donated)
        self._restore = pick(sorted(range(len(order)), key=order.__getitem__))
        self.report = {
            "engine": "jit", "ops": len(traced.jaxpr.eqns), "donated": len(pairs),
        }  # fmt: skip

    def __call__(self, raws: list[Raw]) -> Sequence[Raw]:
        if max(map(getrefcount, self._state(raws)), default=0) > EXCLUSIVE:
            self._spare(raws)
        return self._restore(self._run(*raws))

    def _spare(self, raws: list[Raw]) -> None:
        """Put a copy in the place of each raw that somebody else sees: it has to live on."""
        for i in self._donated:
            if next(map(getrefcount, (raws[i],))) > EXCLUSIVE:
                raws[i] = raws[i].copy()


def _fits(traced: ClosedJaxpr, output: int, place: int) -> bool:
    """Whether an output has room in the memory of an input."""
    old, new = traced.in_avals[place], traced.out_avals[output]
    return (old.shape, old.dtype) == (new.shape, new.dtype)


def pick(places: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """A function that picks the values at `places`."""
    if len(places) < 2:
        return lambda values: [values[i] for i in places]
    return itemgetter(*places)
