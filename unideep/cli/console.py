"""What the commands say: on a terminal in colour, in a pipe as plain lines."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import typer
from rich.console import Console
from rich.table import Table

from unideep.errors import UniDeepError

__all__ = ["Voice", "usage_errors"]

_PIPE_COLUMNS = 120  # a table in a log file has no terminal to fit


class Voice:
    """Standard output in the style of the commands."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        if not self.console.is_terminal:
            self.console = Console(highlight=False, width=_PIPE_COLUMNS)

    def say(self, text: str, style: str = "") -> None:
        """One line, never wrapped."""
        self.console.print(text, style=style, markup=False, soft_wrap=True)

    def show(self, table: Table) -> None:
        """A table."""
        self.console.print(table)


def in_one_line(error: BaseException) -> str:
    """The library's message of several lines as one."""
    return " ".join(line.strip() for line in str(error).splitlines())


@contextlib.contextmanager
def usage_errors() -> Iterator[None]:
    """What the user can mend is told in one red line; the command ends with exit code 2."""
    try:
        yield
    except (UniDeepError, ImportError, OSError) as error:
        console = Console(stderr=True, highlight=False)
        console.print(f"error: {in_one_line(error)}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
