"""Training steps: UniDeep beside hand-written native code, interleaved in one process an engine.

    python benchmarks/models.py --engine torch --model lenet mlp --json results.jsonl

Without --engine each installed engine gets its turn.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import environment
import native
from check_native import STEPS, TOLERANCE, deviation, reference_curve
from rich.console import Console
from rich.table import Table
from timing import QUICK, Candidate, Plan, Ratio, Samples, measure, ratio, spread
from workloads import WORKLOADS, initial_weights, make_batches

NATIVE, UNIDEEP = "native", "unideep"
STARTING_STEPS = 3  # UniDeep discovers in the first step, compiles in the second
# What a row is compared with: the fastest native variant of each of these groups
GROUPS: dict[str, Callable[[str], bool]] = {
    "best": lambda variant: True,
    "idiomatic": native.is_idiomatic,
    "eager": native.is_eager,
}


@dataclass
class Entry:
    """A row of the table."""

    layer: str
    variant: str
    build: Callable[[], Candidate]
    candidate: Candidate | None = None
    start_s: float = 0.0
    losses: list[float] = field(default_factory=list)
    deviation: float = float("inf")
    error: str | None = None

    @property
    def name(self) -> str:
        return f"{self.layer} {self.variant}"

    @property
    def valid(self) -> bool:
        return self.deviation < TOLERANCE

    def start(self, reference: list[float]) -> None:
        """Build, compile, and follow the loss curve: a wrong curve gets no time."""
        start = time.perf_counter()
        try:
            self.candidate = self.build()
            step, batches = self.candidate.step, cycle(self.candidate.batches)
            self.losses = [float(step(*batch)) for batch in islice(batches, STARTING_STEPS)]
            self.start_s = time.perf_counter() - start
            rest = islice(batches, STEPS - STARTING_STEPS)
            self.losses += [float(step(*batch)) for batch in rest]
        except Exception as error:  # one participant that fails must not hide the others
            self.error = f"{type(error).__name__}: {error}".splitlines()[0]
            return
        self.deviation = deviation(self.losses, reference)


def participants(engine: str, model: str) -> list[Entry]:
    module = native.load(engine, model)
    weights, batches = initial_weights(model), make_batches(model)
    prepared = [module.prepare(x, y) for x, y in batches]

    def build_native(build: native.Build) -> Candidate:
        return Candidate(build(weights), prepared, module.sync)

    def build_unideep(variant: str) -> Candidate:
        from unideep_models import candidate

        return candidate(engine, model, variant, weights, batches, module.sync)

    return [
        *(Entry(NATIVE, v, partial(build_native, b)) for v, b in module.VARIANTS.items()),
        *(Entry(UNIDEEP, v, partial(build_unideep, v)) for v in ("eager", "compiled")),
    ]


def ratios(entry: Entry, entries: list[Entry], samples: Samples) -> dict[str, Ratio]:
    """Against the fastest native variant of each group that has one."""
    found = {}
    for group, belongs in GROUPS.items():
        members = [e.name for e in entries if e.layer == NATIVE and e.valid and belongs(e.variant)]
        if members and entry.name in samples:
            baseline = min(members, key=lambda name: spread(samples[name]).median)
            found[group] = ratio(samples[entry.name], samples[baseline])
    return found


def run(engine: str, model: str, plan: Plan) -> list[dict[str, Any]]:
    reference = reference_curve(model)
    entries = participants(engine, model)
    for entry in entries:
        entry.start(reference)
    samples = measure({e.name: e.candidate for e in entries if e.valid and e.candidate}, plan)
    compared = {entry.name: ratios(entry, entries, samples) for entry in entries}
    show(engine, model, entries, samples, compared)
    shared = {"suite": "models", "engine": engine, "model": model, "device": "cpu"}
    shared |= {"batch": WORKLOADS[model].batch, "dtype": "float32", "env": environment.describe()}
    return [shared | record(entry, samples, compared[entry.name]) for entry in entries]


def record(entry: Entry, samples: Samples, compared: dict[str, Ratio]) -> dict[str, Any]:
    timed = entry.name in samples
    return {
        "layer": entry.layer,
        "variant": entry.variant,
        "valid": entry.valid,
        "error": entry.error,
        "start_s": entry.start_s,
        "loss_first20": entry.losses,
        "loss_max_rel_err": entry.deviation if entry.losses else None,
        "step_ms": asdict(spread(samples[entry.name] * 1e3)) if timed else None,
        "ratio": {group: asdict(value) for group, value in compared.items()},
    }


def show(
    engine: str,
    model: str,
    entries: list[Entry],
    samples: Samples,
    compared: dict[str, dict[str, Ratio]],
) -> None:
    table = Table(
        title=f"{model} on {engine}: time over that of the best, the best idiomatic and the best "
        "eager native [95 %]"
    )
    table.add_column("participant", no_wrap=True)
    for column in ("start s", "ms/step", "IQR", *(f"/ {group}" for group in GROUPS)):
        table.add_column(column, justify="right")
    for entry in entries:
        if entry.name not in samples:
            why = entry.error or f"INVALID: losses off by {entry.deviation:.1e}"
            table.add_row(entry.name, why)
            continue
        ms = spread(samples[entry.name] * 1e3)
        found = [str(compared[entry.name].get(group, "")) for group in GROUPS]
        table.add_row(
            entry.name, f"{entry.start_s:.2f}", f"{ms.median:.3f}", f"{ms.iqr:.3f}", *found
        )
    Console(width=130).print(table)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", nargs="+", choices=environment.ENGINES)
    parser.add_argument("--model", nargs="+", choices=list(WORKLOADS), default=list(WORKLOADS))
    parser.add_argument("--json", type=Path, help="append one record a row to this file")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--threads", type=int, default=len(environment.available_cores()))
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    options = parse()
    if options.worker:
        for model in options.model:
            records = run(options.engine[0], model, QUICK if options.quick else Plan())
            if options.json:
                environment.append(options.json, records)
        return 0
    environment.warn_if_busy()
    return environment.spawn_each("models.py", options.engine, options.threads)


if __name__ == "__main__":
    raise SystemExit(main())
