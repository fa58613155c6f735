"""Interleaved measurement: rounds A B C A B C of blocks of steps, ratios taken inside each round.

Noise on a shared machine comes in stretches of seconds. It hits all candidates of one round alike,
so it cancels in the ratio of that round and shows only in the spread of the milliseconds.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import numpy as np

Samples = dict[str, np.ndarray]  # name -> seconds per step, one entry a round


@dataclass(frozen=True)
class Candidate:
    """A training step with its batches; `sync(result)` waits until the step is really done."""

    step: Callable[..., Any]
    batches: Sequence[tuple[Any, ...]]
    sync: Callable[[Any], None]

    def run(self, steps: int) -> float:
        """Seconds per step of a block of steps with one synchronisation at its end."""
        result = None
        start = time.perf_counter()
        for batch in islice(cycle(self.batches), steps):
            result = self.step(*batch)
        self.sync(result)
        return (time.perf_counter() - start) / steps


@dataclass(frozen=True)
class Plan:
    rounds: int = 30
    block_s: float = 0.1
    warm_up_s: float = 3.0


QUICK = Plan(rounds=9, block_s=0.04, warm_up_s=1.0)


def warm_up(candidate: Candidate, limit_s: float) -> float:
    """At least 10 steps, then until 5 blocks in a row agree to 5 %; returns seconds per step.

    Steps that take long come in smaller blocks, and may be fewer: all ends soon after the limit.
    """
    start = time.perf_counter()
    steps = max(1, min(10, round(limit_s / 10 / candidate.run(1))))
    blocks = [candidate.run(steps)]
    while time.perf_counter() - start < limit_s:
        blocks.append(candidate.run(steps))
        recent = blocks[-5:]
        if len(recent) == 5 and max(recent) < 1.05 * min(recent):
            break
    return float(np.median(blocks[-5:]))


def measure(candidates: Mapping[str, Candidate], plan: Plan) -> Samples:
    """Seconds per step of each candidate in each round; block lengths follow from the warm-up."""
    steps = {
        name: max(5, round(plan.block_s / warm_up(candidate, plan.warm_up_s)))
        for name, candidate in candidates.items()
    }
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    gc.collect()
    gc.freeze()  # a collection of one candidate's garbage must not walk the others' modules
    for _ in range(plan.rounds):
        for name, candidate in candidates.items():
            gc.collect()
            samples[name].append(candidate.run(steps[name]))
    gc.unfreeze()
    return {name: np.array(values) for name, values in samples.items()}


@dataclass(frozen=True)
class Spread:
    median: float
    iqr: float
    p95: float
    min: float
    n: int


def spread(values: np.ndarray) -> Spread:
    q25, median, q75, p95 = np.percentile(values, [25, 50, 75, 95])
    return Spread(float(median), float(q75 - q25), float(p95), float(values.min()), len(values))


@dataclass(frozen=True)
class Ratio:
    """Median of the per-round ratios with a bootstrap 95 % interval."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} [{self.low:.2f}, {self.high:.2f}]"


def interval(ratio: Mapping[str, float] | None) -> str:
    """A `Ratio` of a record in words; nothing where there is none."""
    return str(Ratio(**ratio)) if ratio else ""


def ratio(values: np.ndarray, baseline: np.ndarray, resamples: int = 2000) -> Ratio:
    per_round = values / baseline
    rng = np.random.default_rng(0)
    drawn = rng.choice(per_round, (resamples, len(per_round)))
    low, high = np.percentile(np.median(drawn, axis=1), [2.5, 97.5])
    return Ratio(float(np.median(per_round)), float(low), float(high))
