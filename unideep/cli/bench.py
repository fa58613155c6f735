"""`unideep bench`: one recipe on every backend, each in a fresh process, side by side."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from unideep.backend import backend_names
from unideep.cli import recipes
from unideep.cli.console import Voice, usage_errors
from unideep.cli.files import write_aside, write_json
from unideep.cli.options import Options
from unideep.errors import UniDeepError

__all__ = ["COMPARED_STEPS", "difference", "run", "train_apart"]

REFERENCE = "numpy"
COMPARED_STEPS = 20

Report = dict[str, Any]


def run(options: Options, tolerance: float, out: Path | None) -> None:
    """Train on each backend, print the table, write bench.json and bench.png.

    A step's time is measured by the clock, from the batch in hand to the loss read by the host:
    forward, backward and update, without the making of the batch. What is told and compared is the
    median of the steps after the first two; compilation is a column of its own. The backends run
    one after the other, so whatever else the machine does at that time counts too.
    """
    voice = Voice()
    with usage_errors():
        recipes.check(options.recipe)
        out = out or Path("build") / f"bench-{options.title}"
        out.mkdir(parents=True, exist_ok=True)
    reports: dict[str, Report] = {}
    left_out: dict[str, str] = {}
    crashed: dict[str, str] = {}
    for name in sorted(backend_names(), key=lambda name: (name != REFERENCE, name)):
        with voice.console.status(f"{options.title} on {name} ..."):
            code, message = train_apart(replace(options, backend=name), out / name)
        if code == 0:
            reports[name] = json.loads((out / name / "losses.json").read_text("utf-8"))
        elif message in left_out.values():  # it lies in the recipe, not in the backends
            with usage_errors():
                raise UniDeepError(message)
        else:
            (left_out if code == 2 else crashed)[name] = message
    rows = [_row(report, reports.get(REFERENCE), tolerance) for report in reports.values()]
    _show(rows, voice)
    if len(rows) > 1:
        voice.say(_fastest(rows), style="bold")
    for name, message in {**left_out, **crashed}.items():
        voice.say(f"{name}: {message}", style="red" if name in crashed else "yellow")
    _write(rows, reports, {"left_out": left_out, "crashed": crashed}, out, voice)
    if crashed or not rows or any(row["agrees"] is False for row in rows):
        raise typer.Exit(1)


def train_apart(options: Options, out: Path) -> tuple[int, str]:
    """Exit code and last words of `unideep train` in a process of its own."""
    # -P: the installed package, not a folder of that name in which the user happens to stand.
    command = [sys.executable, "-P", "-m", "unideep.cli", "train"]
    child = subprocess.run(
        [*command, *options.as_arguments(), f"--out={out}"],
        capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    words = child.stderr.strip().splitlines() or [f"ended with code {child.returncode}"]
    return child.returncode, words[-1].removeprefix("error: ")


def _row(report: Report, reference: Report | None, tolerance: float) -> Report:
    """A line of the table. `agrees` is None where there is nothing to compare with."""
    settings, losses = report["settings"], report["losses"]
    apart = None if reference is None else difference(losses, reference["losses"])
    return {
        "backend": settings["backend"],
        "device": settings["device"],
        "compile_s": report["compile_s"],
        "median_step_ms": report["median_step_ms"],
        "steps_per_s": report["steps_per_s"],
        "first_loss": {name: values[0] for name, values in losses.items()},
        "last_loss": {name: values[-1] for name, values in losses.items()},
        "difference": apart,
        "agrees": None if apart is None else apart <= tolerance,
    }


def difference(losses: Report, reference: Report) -> float:
    """The largest relative difference in the first steps; infinite if a loss is not finite."""
    pairs = [
        pair
        for name, expected in reference.items()
        for pair in zip(losses[name][:COMPARED_STEPS], expected[:COMPARED_STEPS], strict=True)
    ]
    if any(None in pair for pair in pairs):
        return float("inf")
    return max(abs(got - want) / max(abs(want), 1e-12) for got, want in pairs)


def _show(rows: list[Report], voice: Voice) -> None:
    table = Table()
    table.add_column("backend")
    table.add_column("device")
    for name in ("compile s", "ms/step", "steps/s", "first loss", "last loss"):
        table.add_column(name, justify="right")
    table.add_column(f"agrees with {REFERENCE}")
    for row in rows:
        table.add_row(
            row["backend"],
            row["device"],
            f"{row['compile_s']:.2f}",
            f"{row['median_step_ms']:.2f}",
            f"{row['steps_per_s']:.1f}",
            *(_numbers(row[key]) for key in ("first_loss", "last_loss")),
            _verdict(row),
        )
    voice.show(table)


def _fastest(rows: list[Report]) -> str:
    """Who won, and how many times the speed of each other it has."""
    times = {row["backend"]: row["median_step_ms"] for row in rows}
    first, *others = sorted(times, key=times.__getitem__)
    told = [f"{times[name] / times[first]:.1f}x {name}" for name in others]
    return f"fastest: {', '.join([first, *told])}"


def _numbers(losses: dict[str, float | None]) -> str:
    return " / ".join("nan" if value is None else f"{value:.4f}" for value in losses.values())


def _verdict(row: Report) -> str:
    if row["agrees"] is None:
        return "?"
    if row["backend"] == REFERENCE:
        return "-"
    word = "[green]yes[/]" if row["agrees"] else "[red]no[/]"
    return f"{word} ({row['difference']:.0e})"


def _write(
    rows: list[Report], reports: dict[str, Report], missing: Report, out: Path, voice: Voice
) -> None:
    """bench.json, and bench.png if matplotlib is installed."""
    from unideep.cli import pictures

    settings = {name: report["settings"] for name, report in reports.items()}
    with usage_errors():
        write_json(out / "bench.json", {"rows": rows, "settings": settings, **missing})
        written = ["bench.json"]
        try:
            losses = {name: report["losses"] for name, report in reports.items()}
            times = {name: report["median_step_ms"] for name, report in reports.items()}
            figure = pictures.comparison(losses, times) if reports else None
        except ImportError as error:
            figure = None
            voice.say(f"no picture: {error}", style="yellow")
        if figure is not None:
            write_aside(out / "bench.png", figure.savefig)
            written.append("bench.png")
    voice.say(f"{out}/: {', '.join(written)}")
