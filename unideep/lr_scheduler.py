"""Learning rates as functions of the number of updates.

A scheduler keeps nothing but its settings: calling it, in any order and as often as you like, does
not change the schedule. Plot one first and train with it afterwards.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from unideep.errors import ArgumentError, check_one_of

__all__ = [
    "CosineScheduler", "FactorScheduler", "LRScheduler", "MultiFactorScheduler", "PolyScheduler",
]  # fmt: skip


class LRScheduler:
    """Base of schedulers: warms up, then follows `decayed`.

    Write your own by defining `decayed`, or pass any function of the number of updates to the
    optimizer. Assigning `base_lr` takes effect at the next call.

    Args:
        base_lr: The rate from which the schedule starts, reached at the end of the warm-up.
        warmup_steps: Updates of the warm-up; they count in the number of updates.
        warmup_begin_lr: The rate at update 0 of the warm-up.
        warmup_mode: "linear" rises to base_lr, "constant" stays at warmup_begin_lr.
    """

    def __init__(
        self,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0.0,
        warmup_mode: str = "linear",
    ) -> None:
        _check_count("warmup_steps", warmup_steps, least=0)
        check_one_of("warmup_mode", warmup_mode, ("linear", "constant"))
        if warmup_begin_lr > base_lr:
            raise ArgumentError(
                "the warm-up would start above the rate it leads to.",
                got=f"warmup_begin_lr={warmup_begin_lr}, base_lr={base_lr}",
                fix="choose warmup_begin_lr <= base_lr.",
            )
        self.base_lr = base_lr
        self.warmup_steps, self.warmup_begin_lr = warmup_steps, warmup_begin_lr
        self.warmup_mode = warmup_mode

    def __call__(self, num_update: int) -> float:
        """The rate of update number `num_update`; an optimizer counts them from 1."""
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        return self.decayed(num_update)

    def get_warmup_lr(self, num_update: int) -> float:
        """The rate of an update inside the warm-up."""
        if self.warmup_mode == "constant":
            return self.warmup_begin_lr
        rise = self.base_lr - self.warmup_begin_lr
        return self.warmup_begin_lr + rise * num_update / self.warmup_steps

    def decayed(self, num_update: int) -> float:
        """The rate of an update after the warm-up."""
        raise NotImplementedError(f"{type(self).__name__} defines neither decayed nor __call__")

    def __repr__(self) -> str:
        settings = ", ".join(f"{name.lstrip('_')}={value}" for name, value in vars(self).items())
        return f"{type(self).__name__}({settings})"


class FactorScheduler(LRScheduler):
    """The rate times `factor` after every `step` updates.

    Args:
        step: Updates between two reductions.
        factor: At most 1.
        stop_factor_lr: Reductions stop here.
        base_lr, warmup_steps, warmup_begin_lr, warmup_mode: See `LRScheduler`.

    Example:
        >>> schedule = ud.lr_scheduler.FactorScheduler(step=10, factor=0.5, base_lr=1.0)
        >>> schedule(10), schedule(11), schedule(21)
        (1.0, 0.5, 0.25)
    """

    def __init__(
        self,
        step: int,
        factor: float = 1,
        stop_factor_lr: float = 1e-8,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0.0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        _check_count("step", step)
        _check_factor(factor)
        self.step, self.factor, self.stop_factor_lr = step, factor, stop_factor_lr

    def decayed(self, num_update: int) -> float:
        """The rate of an update after the warm-up."""
        reductions = max(num_update - 1, 0) // self.step
        if not reductions:
            return self.base_lr
        return max(self.base_lr * self.factor**reductions, self.stop_factor_lr)


class MultiFactorScheduler(LRScheduler):
    """The rate times `factor` after each update number listed in `step`.

    Args:
        step: Increasing update numbers.
        factor: At most 1.
        base_lr, warmup_steps, warmup_begin_lr, warmup_mode: See `LRScheduler`.

    Example:
        >>> schedule = ud.lr_scheduler.MultiFactorScheduler([15, 30], factor=0.5, base_lr=0.5)
        >>> schedule(15), schedule(16), schedule(31)
        (0.5, 0.25, 0.125)
    """

    def __init__(
        self,
        step: Sequence[int],
        factor: float = 1,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0.0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        _check_factor(factor)
        if not isinstance(step, Sequence) or isinstance(step, str) or not step:
            raise ArgumentError(
                "step has to be a list of update numbers.",
                got=f"{step!r}",
                fix="for instance step=[100, 200]; FactorScheduler takes one number.",
            )
        for n in step:
            _check_count("an entry of step", n)
        if any(a >= b for a, b in pairwise(step)):
            raise ArgumentError("step has to increase.", got=f"{step}", fix="sort it.")
        self.step, self.factor = list(step), factor

    def decayed(self, num_update: int) -> float:
        """The rate of an update after the warm-up."""
        return self.base_lr * self.factor ** bisect_left(self.step, num_update)


class _Fading(LRScheduler):
    """From base_lr after the warm-up to final_lr at max_update, then constant."""

    def __init__(
        self,
        max_update: int,
        base_lr: float = 0.01,
        final_lr: float = 0.0,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0.0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        _check_count("max_update", max_update)
        if warmup_steps >= max_update:
            raise ArgumentError(
                "the warm-up leaves no update to the schedule.",
                got=f"warmup_steps={warmup_steps}, max_update={max_update}",
                fix="max_update counts from the start and includes the warm-up: make it larger.",
            )
        self.max_update, self.final_lr = max_update, final_lr

    def decayed(self, num_update: int) -> float:
        """The rate of an update after the warm-up."""
        done = (num_update - self.warmup_steps) / (self.max_update - self.warmup_steps)
        if done >= 1:
            return self.final_lr
        return self.final_lr + (self.base_lr - self.final_lr) * self.remaining(max(done, 0.0))

    def remaining(self, done: float) -> float:
        """The share of the way to final_lr still ahead, when `done` of the updates are done."""
        raise NotImplementedError


class PolyScheduler(_Fading):
    """From base_lr to final_lr along a polynomial: (1 − t)^pwr.

    Args:
        max_update: The update at which final_lr is reached, warm-up included.
        pwr: The power; 1 is a straight line.
        base_lr, warmup_steps, warmup_begin_lr, warmup_mode: See `LRScheduler`.
        final_lr: The rate from max_update on.

    Example:
        >>> schedule = ud.lr_scheduler.PolyScheduler(max_update=100, base_lr=1.0)
        >>> schedule(0), schedule(50), schedule(100)
        (1.0, 0.25, 0.0)
    """

    def __init__(
        self,
        max_update: int,
        base_lr: float = 0.01,
        pwr: float = 2,
        final_lr: float = 0.0,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0.0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if pwr <= 0:
            raise ArgumentError(f"pwr is {pwr}.", fix="use a positive power, for instance 2.")
        self.power = pwr

    def remaining(self, done: float) -> float:
        """The share of the way to final_lr still ahead."""
        return (1 - done) ** self.power


class CosineScheduler(_Fading):
    """From base_lr to final_lr along half a cosine: (1 + cos πt) / 2.

    Args:
        max_update: The update at which final_lr is reached, warm-up included.
        final_lr: The rate from max_update on.
        base_lr, warmup_steps, warmup_begin_lr, warmup_mode: See `LRScheduler`.

    Example:
        >>> schedule = ud.lr_scheduler.CosineScheduler(20, base_lr=0.5, warmup_steps=5)
        >>> schedule(0), schedule(5), schedule(20)
        (0.0, 0.5, 0.0)

    Source:
        Loshchilov and Hutter, 2017, "SGDR: stochastic gradient descent with warm restarts",
        arXiv:1608.03983.
    """

    def remaining(self, done: float) -> float:
        """The share of the way to final_lr still ahead."""
        return (1 + math.cos(math.pi * done)) / 2


def _check_count(name: str, value: int, least: int = 1) -> None:
    if isinstance(value, bool) or int(value) != value or value < least:
        raise ArgumentError(
            f"{name} is {value!r}.", fix=f"a number of updates: a whole number >= {least}."
        )


def _check_factor(factor: float) -> None:
    if not 0 < factor <= 1:
        raise ArgumentError(
            f"factor is {factor!r}.", fix="a factor above 0 and at most 1, so that the rate falls."
        )
