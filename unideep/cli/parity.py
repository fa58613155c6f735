"""`unideep doctor --ops`: what each operation does on each backend."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from unideep.backend import backend_names, get_backend
from unideep.cli.console import Voice, usage_errors
from unideep.cli.files import write_aside, write_json
from unideep.errors import BackendNotInstalledError
from unideep.testing.cases import Case, cases_of, families
from unideep.testing.parity import ASPECTS, NOT_APPLICABLE, Cell, parity

__all__ = ["run"]

_PAGE_COLUMNS = 140


def run(chosen_backends: Sequence[str], chosen_families: Sequence[str], out: Path | None) -> None:
    """Print the table and the reasons; ends with exit code 1 if a cell is not green."""
    voice = Voice()
    with usage_errors():
        backends = list(chosen_backends) or _installed()
        for name in backends:
            get_backend(name)
        cases = [case for family in chosen_families or families() for case in cases_of(family)]
    cells = _examine(cases, backends, voice)
    failures = [c for c in cells if c.reason not in ("", NOT_APPLICABLE)]
    _show(voice.console, cells, failures, backends)
    if out is not None:
        _write(cells, failures, backends, out)
        voice.say(f"{out}/: parity.json, parity.html")
    if failures:
        raise typer.Exit(1)


def _installed() -> list[str]:
    found = []
    for name in backend_names():
        try:
            get_backend(name)
        except BackendNotInstalledError:
            continue
        found.append(name)
    return found


def _examine(cases: list[Case], backends: list[str], voice: Voice) -> list[Cell]:
    cells: list[Cell] = []
    with Progress(
        console=voice.console, transient=True, disable=not voice.console.is_terminal
    ) as bar:
        for name in backends:
            task = bar.add_task(name, total=len(cases))
            cells += parity(cases, [name], advance=lambda n, task=task: bar.advance(task, n))
    return cells


def _show(console: Console, cells: list[Cell], failures: list[Cell], backends: list[str]) -> None:
    table = Table("operation", *backends, caption=f"marks: {', '.join(ASPECTS)}")
    marks: dict[str, dict[str, str]] = defaultdict(lambda: dict.fromkeys(backends, ""))
    for op, backend, _, reason in cells:
        marks[op][backend] += _mark(reason)
    for op in sorted(marks):
        table.add_row(op, *marks[op].values())
    console.print(table)
    for op, backend, aspect, reason in failures:
        text = f"{op} on {backend}, {aspect}: {reason}"
        console.print(text, style="red", markup=False, soft_wrap=True)
    green = sum(not c.reason for c in cells)
    applicable = sum(c.reason != NOT_APPLICABLE for c in cells)
    console.print(f"{green} of {applicable} cells are green, {len(marks)} operations")


def _mark(reason: str) -> str:
    if not reason:
        return "[green]✓[/]"
    return "[dim]·[/]" if reason == NOT_APPLICABLE else "[red]✗[/]"


def _write(cells: list[Cell], failures: list[Cell], backends: list[str], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / "parity.json", [c._asdict() for c in cells])
    page = Console(record=True, width=_PAGE_COLUMNS, file=io.StringIO(), highlight=False)
    _show(page, cells, failures, backends)
    write_aside(out / "parity.html", lambda path: path.write_text(page.export_html(), "utf-8"))
