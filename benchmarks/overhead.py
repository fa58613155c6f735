"""Dispatch overhead: UniDeep's eager call minus the native call on the same small arrays.

python benchmarks/overhead.py --engine torch --json overhead.jsonl
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import environment
import native
import numpy
from native.operations import Operation, native_operations
from rich.console import Console
from rich.table import Table

BLOCK_S = 0.001  # shorter than a time slice, so that most blocks run undisturbed


@dataclass(frozen=True)
class Overhead:
    native_us: float
    unideep_us: float
    overhead_us: float
    iqr_us: float  # of the differences within each round


def operands(engine: str) -> tuple[SimpleNamespace, SimpleNamespace]:
    """The same values as UniDeep tensors and as the engine's arrays."""
    import unideep as ud
    from unideep import np

    rng = numpy.random.default_rng(0)
    values = {
        "a": rng.uniform(0.5, 1.5, (8, 8)).astype("float32"),
        "b": rng.uniform(0.5, 1.5, (8, 8)).astype("float32"),
        "v": rng.uniform(0.5, 1.5, 8).astype("float32"),
        "mask": rng.uniform(size=(8, 8)) < 0.5,
        "index": rng.integers(8, size=8),
        "columns": rng.integers(8, size=(8, 8)),
        "image": rng.uniform(size=(1, 2, 8, 8)).astype("float32"),
        "kernel": rng.uniform(size=(2, 2, 3, 3)).astype("float32"),
    }
    with ud.use_backend(engine):
        tensors = {name: np.array(value) for name, value in values.items()}
    raws = {name: tensor.native for name, tensor in tensors.items()}
    return SimpleNamespace(**tensors), SimpleNamespace(**raws)


@dataclass(frozen=True)
class Side:
    """One of the two calls, with its operands; `wait` returns when the result is there."""

    operation: Operation
    operand: Any
    wait: Callable[[Any], None]

    def block(self, calls: int) -> float:
        """Microseconds per call."""
        operation, operand, result = self.operation, self.operand, None
        start = time.perf_counter()
        for _ in range(calls):
            result = operation(operand)
        self.wait(result[0] if isinstance(result, (list, tuple)) else result)
        return (time.perf_counter() - start) / calls * 1e6


def compare(sides: tuple[Side, Side], rounds: int) -> Overhead:
    """The lower quintile over the rounds stands for a call that nothing else disturbed."""
    calls = []
    for side in sides:
        side.block(20)  # compiles and caches
        calls.append(max(20, round(BLOCK_S / side.block(100) * 1e6)))
    gc.collect()
    samples = numpy.array(
        [[side.block(n) for side, n in zip(sides, calls, strict=True)] for _ in range(rounds)]
    )
    native_us, unideep_us = (float(us) for us in numpy.percentile(samples, 20, axis=0))
    low, high = numpy.percentile(samples[:, 1] - samples[:, 0], [25, 75])
    return Overhead(native_us, unideep_us, unideep_us - native_us, float(high - low))


def run(engine: str, rounds: int) -> dict[str, Overhead | str]:
    """Each operation's overhead, or why there is none."""
    from unideep_operations import OPERATIONS

    import unideep as ud

    tensors, raws = operands(engine)
    sync = native.load(engine, "mlp").sync
    results: dict[str, Overhead | str] = {}
    with ud.use_backend(engine):
        for name, native_call in native_operations(engine).items():
            try:
                ours = Side(OPERATIONS[name], tensors, lambda result: sync(result.native))
                results[name] = compare((Side(native_call, raws, sync), ours), rounds)
            except Exception as error:  # one missing operation must not hide the others
                results[name] = f"{type(error).__name__}: {error}".splitlines()[0]
    return results


def show(engine: str, results: dict[str, Overhead | str]) -> None:
    table = Table(title=f"microseconds per eager call on {engine}")
    table.add_column("operation")
    for column in ("native", "UniDeep", "overhead", "IQR"):
        table.add_column(column, justify="right")
    for name, result in results.items():
        if isinstance(result, str):
            table.add_row(name, "missing:", result)
        else:
            table.add_row(name, *(f"{value:.2f}" for value in asdict(result).values()))
    overheads = [r.overhead_us for r in results.values() if isinstance(r, Overhead)]
    table.add_section()
    for label, percent in (("median", 50), ("90 %", 90)):
        if overheads:
            table.add_row(label, "", "", f"{numpy.percentile(overheads, percent):.2f}", "")
    Console(width=110).print(table)


def records(engine: str, results: dict[str, Overhead | str]) -> list[dict[str, Any]]:
    shared = {"suite": "overhead", "engine": engine, "env": environment.describe()}
    return [
        shared | {"op": name} | ({"missing": result} if isinstance(result, str) else asdict(result))
        for name, result in results.items()
    ]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", nargs="+", choices=environment.ENGINES)
    parser.add_argument("--json", type=Path, help="append one record an operation to this file")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    options = parse()
    if not options.worker:
        environment.warn_if_busy()
        return environment.spawn_each("overhead.py", options.engine, options.threads)
    (engine,) = options.engine
    results = run(engine, rounds=15 if options.quick else 75)
    show(engine, results)
    if options.json:
        environment.append(options.json, records(engine, results))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
