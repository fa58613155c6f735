"""Samplers: the order in which a loader takes samples, as indices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from unideep import random
from unideep.errors import ArgumentError, check_one_of

__all__ = [
    "BatchSampler",
    "FilterSampler",
    "IntervalSampler",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
]


class Sampler:
    """Base of samplers: a length, and indices to iterate over anew at each epoch."""

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} does not define __len__")

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} does not define __iter__")


class _Fixed(Sampler):
    """The same indices at each epoch."""

    def __init__(self, indices: Sequence[int]) -> None:
        self._indices = indices

    def __len__(self) -> int:
        return len(self._indices)

    def __iter__(self) -> Iterator[int]:
        return iter(self._indices)


class SequentialSampler(_Fixed):
    """start, start + 1, ..., start + length - 1."""

    def __init__(self, length: int, start: int = 0) -> None:
        super().__init__(range(start, start + length))


class RandomSampler(Sampler):
    """All indices below `length` in a new order at each epoch, the same on every backend.

    The order depends on the seed, on how many streams were taken since `ud.random.seed` when the
    sampler is made, and on the epoch.

    Attributes:
        epoch: Number of the next epoch. Write it to resume a run in the middle.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._stream = random.next_stream()
        self.epoch = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[int]:
        rng = random.generator(f"shuffle/{self._stream}/{self.epoch}")
        self.epoch += 1
        return iter(rng.permutation(self._length).tolist())

    def state_dict(self) -> dict[str, Any]:
        """Which orders the sampler gives, and the number of the next."""
        return {"stream": self._stream, "epoch": self.epoch}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was called."""
        self._stream, self.epoch = state["stream"], state["epoch"]


class FilterSampler(_Fixed):
    """The indices of the samples for which `fn(sample)` holds."""

    def __init__(self, fn: Callable[[Any], Any], dataset: Any) -> None:
        super().__init__([i for i in range(len(dataset)) if fn(dataset[i])])


class IntervalSampler(_Fixed):
    """Every `interval`-th index; with `rollover` again from 1, from 2, ... until all were met.

    Example:
        >>> list(gluon.data.IntervalSampler(7, 3))
        [0, 3, 6, 1, 4, 2, 5]
        >>> list(gluon.data.IntervalSampler(7, 3, rollover=False))
        [0, 3, 6]
    """

    def __init__(self, length: int, interval: int, rollover: bool = True) -> None:
        if not 1 <= interval <= length:
            raise ArgumentError(
                f"interval is {interval}.", fix=f"a number from 1 to the length, {length}."
            )
        starts = range(interval if rollover else 1)
        super().__init__([i for start in starts for i in range(start, length, interval)])


class BatchSampler(Sampler):
    """Lists of `batch_size` indices of another sampler.

    Args:
        sampler: Where the indices come from.
        batch_size: Their number in a batch.
        last_batch: What becomes of a last batch that is too small: "keep" it, "discard" it, or
            "rollover": it opens the next epoch.

    Example:
        >>> list(gluon.data.BatchSampler(gluon.data.SequentialSampler(5), 2, "discard"))
        [[0, 1], [2, 3]]
    """

    def __init__(
        self, sampler: Sampler | Iterable[int], batch_size: int, last_batch: str = "keep"
    ) -> None:
        if batch_size < 1:
            raise ArgumentError(f"batch_size is {batch_size}.", fix="a whole number from 1.")
        check_one_of("last_batch", last_batch, ("keep", "discard", "rollover"))
        self._sampler, self._batch_size, self._last_batch = sampler, batch_size, last_batch
        self._left: list[int] = []

    def state_dict(self) -> dict[str, Any]:
        """What is left for the next epoch, and the state of the sampler."""
        inner = getattr(self._sampler, "state_dict", dict)()
        return {"left": self._left, "sampler": inner}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was called."""
        self._left = state["left"]
        if state["sampler"]:
            self._sampler.load_state_dict(state["sampler"])  # pyright: ignore

    def __len__(self) -> int:
        total = len(self._sampler) + len(self._left)  # pyright: ignore
        if self._last_batch == "keep":
            total += self._batch_size - 1
        return total // self._batch_size

    def __iter__(self) -> Iterator[list[int]]:
        batch, self._left = self._left, []
        indices = iter(self._sampler)
        while batch := batch + list(islice(indices, self._batch_size - len(batch))):
            if len(batch) == self._batch_size or self._last_batch == "keep":
                yield batch
            elif self._last_batch == "rollover":
                self._left = batch
            if len(batch) < self._batch_size:
                return
            batch = []
