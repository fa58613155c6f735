"""What bits that are equal on every engine cost: dropout of one array, forward.

    python benchmarks/dropout.py --engine torch --json results.jsonl

UniDeep with Philox and with the engine's own generator (`random.use("native")`) beside dropout
written by hand. Interleaved in one process an engine.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import environment
import native
import numpy
from native.dropout import RATE, builders
from rich.console import Console
from rich.table import Table
from timing import QUICK, Candidate, Plan, measure, ratio, spread

import unideep as ud
from unideep import np, npx

SHAPE = (512, 1024)  # the activations of an encoder layer: batch and time, units


def unideep_step(source: str, is_compiled: bool) -> Callable[[Any], Any]:
    def drop(x: Any) -> Any:
        return npx.dropout(x, RATE, mode="always")

    run = ud.compile(drop) if is_compiled else drop

    def step(x: Any) -> Any:
        with ud.random.use(source):
            return run(x)

    return step


def candidates(engine: str) -> dict[str, Candidate]:
    sync = native.load(engine, "mlp").sync
    with ud.use_backend(engine):
        tensor = np.ones(SHAPE)
    found = {
        f"native {name}": Candidate(build(), [(tensor.native,)], sync)
        for name, build in builders(engine).items()
    }
    for source in ("philox", "native"):
        for how in ("eager", "compiled"):
            step = unideep_step(source, how == "compiled")
            found[f"unideep {source} {how}"] = Candidate(
                step, [(tensor,)], lambda result: sync(result.native)
            )
    return found


def check(name: str, candidate: Candidate) -> None:
    """About half of the elements are dropped, and not the same ones twice."""
    first, second = (numpy.asarray(candidate.step(*candidate.batches[0])) for _ in range(2))
    assert abs((first == 0).mean() - RATE) < 0.01, name
    assert set(numpy.unique(first)) == {0.0, 1 / (1 - RATE)}, name
    assert (first != second).any(), name


def run(engine: str, plan: Plan) -> list[dict[str, Any]]:
    participants = candidates(engine)
    for name, candidate in participants.items():
        check(name, candidate)
    samples = measure(participants, plan)
    best = {
        how: min(
            (n for n in samples if n.startswith("native") and (how in n) == (how == "eager")),
            key=lambda n: spread(samples[n]).median,
            default="native eager",
        )
        for how in ("eager", "compiled")
    }
    table = Table(title=f"dropout of {SHAPE} on {engine}: time over the native one [95 %]")
    for column in ("participant", "ms", "IQR", "/ native"):
        table.add_column(column, justify="left" if column == "participant" else "right")
    records = []
    for name, values in samples.items():
        ms, baseline = spread(values * 1e3), best["eager" if "eager" in name else "compiled"]
        over = ratio(values, samples[baseline])
        table.add_row(name, f"{ms.median:.3f}", f"{ms.iqr:.3f}", str(over))
        records.append({"participant": name, "step_ms": asdict(ms), "ratio": asdict(over)})
    Console(width=110).print(table)
    shared = {"suite": "dropout", "engine": engine, "env": environment.describe()}
    return [shared | record for record in records]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", nargs="+", choices=environment.ENGINES)
    parser.add_argument("--json", type=Path, help="append one record a row to this file")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        records = run(options.engine[0], QUICK if options.quick else Plan())
        if options.json:
            environment.append(options.json, records)
        return 0
    environment.warn_if_busy()
    return environment.spawn_each("dropout.py", options.engine, options.threads)


if __name__ == "__main__":
    raise SystemExit(main())
