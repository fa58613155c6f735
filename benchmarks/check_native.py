"""Do all native variants follow the float64 loss curve? `python benchmarks/check_native.py`."""

from __future__ import annotations

import argparse
from itertools import cycle, islice

import native
import numpy as np
from environment import ENGINES, installed
from workloads import WORKLOADS, initial_weights, make_batches

STEPS = 20
TOLERANCE = 1e-3


def loss_curve(step: native.Step, batches: list, steps: int = STEPS) -> list[float]:
    return [float(step(x, y)) for x, y in islice(cycle(batches), steps)]


def reference_curve(model: str, steps: int = STEPS) -> list[float]:
    module = native.load("numpy", model)
    batches = [module.prepare(x, y) for x, y in make_batches(model, dtype="float64")]
    return loss_curve(module.VARIANTS["hand"](initial_weights(model, "float64")), batches, steps)


def deviation(curve: list[float], reference: list[float]) -> float:
    """Largest relative difference; infinite where a loss is not finite."""
    gap = np.abs(np.array(curve) / np.array(reference) - 1).max()
    return float(gap) if np.isfinite(gap) else float("inf")


def check(engine: str, model: str) -> None:
    module = native.load(engine, model)
    batches = [module.prepare(x, y) for x, y in make_batches(model)]
    reference = reference_curve(model)
    for name, build in module.VARIANTS.items():
        gap = deviation(loss_curve(build(initial_weights(model)), batches), reference)
        print(f"{engine:10} {model:6} {name:18} {gap:.1e}")
        assert gap < TOLERANCE, f"{engine} {model} {name} leaves the float64 curve by {gap:.1e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", nargs="+", default=ENGINES, choices=ENGINES)
    engines = parser.parse_args().engine
    for engine in engines:
        if not installed(engine):
            print(f"{engine:10} is not installed")
            continue
        for model in WORKLOADS:
            check(engine, model)


if __name__ == "__main__":
    main()
