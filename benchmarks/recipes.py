"""Every recipe on every engine: does it reach what it promises, do the losses agree?

    python benchmarks/recipes.py                      # whole trainings; a rerun goes on
    python benchmarks/recipes.py --steps 20           # agreement alone: minutes
    python benchmarks/recipes.py --recipe gan --backend jax --again

Each training is `unideep train NAME --seed 0` in a fresh process with one thread on the CPU. Rows
are added to a file of JSON lines; the table between the two marks in README.md is made of all of
them, the latest of each cell.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import environment
from recipe_table import ENGINES, Row, latest, write_table
from rich.console import Console
from rich.progress import Progress

from unideep.cli import recipes
from unideep.cli.bench import COMPARED_STEPS, train_apart
from unideep.cli.options import Options

RESULTS = Path(__file__).parent / "results" / "recipes.jsonl"
README = Path(__file__).parents[1] / "README.md"


def measure(options: Options) -> Row:
    """One training, told in a row; a failure is told too."""
    about = environment.describe()
    start = time.time()
    row: Row = {
        "recipe": options.recipe,
        "backend": options.backend,
        "steps": options.steps,
        "failed": None,
        **{name: about[name] for name in ("versions", "cpu", "git_sha", "git_dirty")},
    }
    with tempfile.TemporaryDirectory() as folder:
        code, words = train_apart(options, Path(folder))
        row["took_s"] = round(time.time() - start, 1)
        if code != 0:
            return {**row, "failed": words}
        report = json.loads((Path(folder) / "losses.json").read_text("utf-8"))
    last, losses = report["epochs"][-1], report["losses"]
    figures = {k: v for k, v in last.items() if k != "epoch" and k not in losses}
    first = {name: values[:COMPARED_STEPS] for name, values in losses.items()}
    return {**row, "figures": figures, "losses": first}


def cells(arguments: argparse.Namespace, rows: list[Row]) -> Iterator[Options]:
    """What is to be trained: all that was asked for and is not there."""
    there = (
        set() if arguments.again else {c for c, row in latest(rows).items() if not row["failed"]}
    )
    for name in arguments.recipe:
        for backend in arguments.backend:
            if (name, backend, arguments.steps) not in there:
                yield Options(name, backend, "cpu", steps=arguments.steps)


def run(arguments: argparse.Namespace) -> None:
    path, console = arguments.json, Console(highlight=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.environ.update(environment.pinned(1))
    wanted = [] if arguments.table else list(cells(arguments, environment.read(path)))
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=len(wanted))
        for options in wanted:
            name = f"{options.recipe} on {options.backend}"
            progress.update(bar, description=name)
            row = measure(options)
            environment.append(path, [row])
            console.print(
                f"{name}: {row['failed'] or row['figures']}, {row['took_s']:.0f} s", soft_wrap=True
            )
            progress.advance(bar)
            write_table(environment.read(path), arguments.readme)
    write_table(environment.read(path), arguments.readme)


def main() -> None:
    parser = argparse.ArgumentParser(description="Recipes on engines, and a table.")
    parser.add_argument("--recipe", nargs="+", default=recipes.names(), choices=recipes.names())
    parser.add_argument("--backend", nargs="+", default=list(ENGINES), choices=ENGINES)
    parser.add_argument("--steps", type=int, help=f"only so many; {COMPARED_STEPS} are compared")
    parser.add_argument("--again", action="store_true", help="also what is in the file already")
    parser.add_argument("--table", action="store_true", help="train nothing, only write the table")
    parser.add_argument("--json", type=Path, default=RESULTS, help="rows are added to it")
    parser.add_argument("--readme", type=Path, default=README, help="the file with the marks")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
