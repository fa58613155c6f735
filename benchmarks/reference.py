"""What every participant has to reproduce: NumPy by hand, in float64."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import cycle, islice

import numpy as np
import tasks
from program import variants
from workloads import WORKLOADS

STEPS = 20  # whose losses are compared
TOLERANCE = 1e-3


@cache
def reference(model: str, preset: str, mode: str) -> list[float]:
    """The losses of the first steps; for predictions the `summary` of the first one."""
    workload = WORKLOADS[model]
    task = tasks.read(tasks.path(model, preset), model, preset, dtype="float64")
    program = variants("native", "numpy", model)["hand"](task)
    batches = [program.prepare(batch) for batch in workload.batches(preset, "float64")]
    if mode == "predict":
        return summary(program.predict(*workload.inputs_of(batches[0])))
    return [float(program.train(*batch)) for batch in islice(cycle(batches), STEPS)]


def summary(output: np.ndarray) -> list[float]:
    """Root mean square, and that plus the mean: enough to tell a wrong output, in any layout."""
    rms = np.sqrt(np.square(output, dtype="float64").mean())
    return [float(rms), float(rms + output.mean(dtype="float64"))]


def deviation(found: Sequence[float], expected: Sequence[float]) -> float:
    """Largest relative difference; infinite where a number is not finite."""
    gap = np.abs(np.array(found) / np.array(expected) - 1).max()
    return float(gap) if np.isfinite(gap) else float("inf")
