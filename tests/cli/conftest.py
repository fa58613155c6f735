"""The command, run inside the test's process, where no terminal is attached."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from unideep.cli import main
from unideep.config import defaults

TERMINAL = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE", "COLUMNS")


@pytest.fixture
def unideep(tmp_path, monkeypatch) -> Callable[..., Any]:
    """`unideep("train", "lenet", ...)` in an empty folder, without settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in (*(f"UNIDEEP_{name.upper()}" for name in defaults()), *TERMINAL):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: CliRunner().invoke(main, arguments)


@pytest.fixture
def refused(unideep) -> Callable[..., str]:
    """The one line that `unideep("train", ...)` prints where it refuses what was asked."""

    def run(*arguments: str) -> str:
        done = unideep("train", *arguments)
        assert done.exit_code == 2, done.output
        assert "Traceback" not in done.output
        (line,) = done.stderr.splitlines()
        return line

    return run
