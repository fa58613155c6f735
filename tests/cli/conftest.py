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
