"""`unideep doctor`: what is installed, what loads, and why the rest does not."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

import typer
from rich.table import Table

from unideep.backend import backend_names, get_backend
from unideep.cli.console import Voice, in_one_line
from unideep.config import defaults, setting

__all__ = ["run"]

PACKAGES = ("unideep", "numpy", "ml_dtypes", "safetensors", "matplotlib", "scikit-learn", "pillow")


def run() -> None:
    """Print the tables. Ends with exit code 1 if the default backend does not load."""
    voice = Voice()
    found = [_examine(name) for name in backend_names()]
    voice.show(_packages())
    voice.show(_settings())
    voice.show(_backends(found))
    for one in found:
        if one.trouble:
            voice.say(f"{one.name}: {one.trouble}", style="yellow")
    default = setting("backend")
    if not any(one.name == default and not one.trouble for one in found):
        voice.say(f"The default backend, {default!r}, does not load.", style="red")
        raise typer.Exit(1)


@dataclass
class _Finding:
    name: str
    versions: str = ""
    devices: str = ""
    features: list[str] = field(default_factory=list)
    trouble: str = ""


def _examine(name: str) -> _Finding:
    """Load a backend. Whatever a broken engine raises is told, and the next one looked at."""
    try:
        backend = get_backend(name)
        report = backend.report()
        devices = ", ".join(map(str, backend.devices()))
    except Exception as error:
        return _Finding(name, trouble=in_one_line(error) or type(error).__name__)
    versions = ", ".join(f"{k} {v}" for k, v in report.get("versions", {}).items())
    return _Finding(name, versions, devices, list(map(str, report.get("features", ()))))


def _packages() -> Table:
    table = Table("package", "version")
    table.add_row("python", platform.python_version())
    for name in PACKAGES:
        try:
            table.add_row(name, version(name))
        except PackageNotFoundError:
            table.add_row(name, '- (pip install "unideep\\[examples]")')
    return table


def _settings() -> Table:
    table = Table("setting", "value", "from")
    for name in defaults():
        variable = f"UNIDEEP_{name.upper()}"
        source = "environment" if os.environ.get(variable) else "default"
        table.add_row(variable, setting(name), source)
    return table


def _backends(found: list[_Finding]) -> Table:
    table = Table("backend", "loads", "versions", "devices", "features")
    for one in found:
        loads = "[red]no[/]" if one.trouble else "[green]yes[/]"
        table.add_row(one.name, loads, one.versions, one.devices, ", ".join(one.features))
    return table
