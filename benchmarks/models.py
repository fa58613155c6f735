"""The suite: UniDeep beside native code, Keras and others, on every engine, model and mode.

    python benchmarks/models.py --engine torch --model lenet gpt --json results.jsonl --quick

Without --engine each installed engine gets its turn, without --model every model.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import environment
from cell import MODES
from participants import LAYERS
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from suite import GROUPS, Record, Setup, run
from timing import interval
from workloads import WORKLOADS

CORES = len(environment.available_cores())


def show(records: list[Record], console: Console) -> None:
    """One table: times, and ratios to the best native, idiomatic, eager and Keras participant."""
    first = records[0]
    table = Table(title=f"{first['model']} on {first['engine']}, {first['mode']}")
    table.add_column("participant", no_wrap=True)
    for column in ("start s", "ms", "IQR", "MB", *(f"/ {group}" for group in GROUPS)):
        table.add_column(column, justify="right", no_wrap=True)
    for record in records:
        name, ms = f"{record['layer']} {record['variant']}", record["step_ms"]
        if ms is None:
            table.add_row(name, "failed")
            continue
        figures = [f"{record['start_s']:.2f}", f"{ms['median']:.3f}", f"{ms['iqr']:.3f}"]
        compared = [interval(record["ratio"].get(group)) for group in GROUPS]
        table.add_row(name, *figures, f"{record['peak_mb']:.0f}", *compared)
    console.print(table)
    for record in records:
        if record["error"]:
            console.print(f"{record['layer']} {record['variant']}: {record['error']}", style="red")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", nargs="+", choices=environment.ENGINES)
    parser.add_argument("--layer", nargs="+", choices=LAYERS, default=list(LAYERS))
    parser.add_argument("--model", nargs="+", choices=list(WORKLOADS), default=list(WORKLOADS))
    parser.add_argument("--mode", nargs="+", choices=MODES)
    parser.add_argument("--preset", choices=("cpu", "gpu"), default="cpu", help="sizes")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--json", type=Path, help="append one record a row to this file")
    parser.add_argument(
        "--quick", action="store_true",
        help="training steps only, fewer and shorter rounds, no cold start",
    )  # fmt: skip
    parser.add_argument("--no-eager", action="store_true", help="leave out what is not compiled")
    parser.add_argument("--threads", type=int, default=CORES)
    return parser.parse_args()


def main() -> int:
    options = parse()
    console = Console(width=150)
    environment.warn_if_busy()
    setup = Setup(
        options.preset, options.device, options.threads, options.quick, not options.no_eager
    )
    modes = options.mode or (MODES[:1] if options.quick else MODES)
    engines = [e for e in options.engine or environment.ENGINES if _is_there(e, console)]
    tables = list(product(engines, options.model, modes))
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        bar = progress.add_task("", total=len(tables))
        for engine, model, mode in tables:
            progress.update(bar, description=f"{engine} {model} {mode}")
            records = run(engine, model, mode, options.layer, setup)
            if options.json:
                environment.append(options.json, records)
            show(records, console)
            progress.advance(bar)
    return 0 if tables else 1


def _is_there(engine: str, console: Console) -> bool:
    if environment.installed(engine):
        return True
    console.print(f"{engine} is not installed: pip install {engine}, or choose with --engine")
    return False


if __name__ == "__main__":
    raise SystemExit(main())
