"""Random numbers for changes to samples: one stream for each batch, so that threads alter none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

import numpy as np

from unideep import random

__all__ = ["batch_stream", "rng"]

_of_batch: ContextVar[np.random.Generator | None] = ContextVar("_of_batch", default=None)


def rng() -> np.random.Generator:
    """The generator for a change to a sample: equal on every backend.

    In a DataLoader it is that of the batch, so the same seed gives the same epochs with any number
    of workers. Elsewhere each call gives a new one, and counts as a draw of `np.random`.
    """
    return _of_batch.get() or random.generator(f"augment/{random.next_draw()}")


@contextlib.contextmanager
def batch_stream(epoch: int, batch: int) -> Iterator[None]:
    """Make `rng()` that of a batch.

    Args:
        epoch: A number that the loader drew for the epoch.
        batch: The batch's number in it.
    """
    token = _of_batch.set(random.generator(f"augment/{epoch}/{batch}"))
    try:
        yield
    finally:
        _of_batch.reset(token)
