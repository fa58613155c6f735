"""The command, run inside the test's process, where no terminal is attached."""

import os
from collections.abc import Callable, Iterator

import click.testing
import pytest
from typer.testing import CliRunner

from unideep.cli import main

Result = click.testing.Result


@pytest.fixture
def unideep(tmp_path, monkeypatch) -> Iterator[Callable[..., Result]]:
    """`unideep("train", "lenet", ...)` in an empty folder, without settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("UNIDEEP_")]:
        monkeypatch.delenv(name)
    for name in ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    runner = CliRunner()

    def run(*arguments: str) -> Result:
        return runner.invoke(main, arguments)

    yield run
