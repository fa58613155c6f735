"""What the user asked for, as `train` and `bench` share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unideep.cli.console import usage_errors
from unideep.errors import ArgumentError

__all__ = ["Options", "own"]


@dataclass(frozen=True)
class Options:
    """Options of a training run; None where the user left the choice."""

    recipe: str
    backend: str | None = None
    device: str | None = None
    epochs: int | None = None
    steps: int | None = None
    batch_size: int | None = None
    seed: int = 0
    compiled: bool = True
    resume: bool = False
    own: Mapping[str, str] = field(default_factory=dict)  # the recipe's

    @property
    def title(self) -> str:
        """The recipe's name; of a file that of the file."""
        return Path(self.recipe).stem

    def as_arguments(self) -> list[str]:
        """The arguments of `unideep train` that mean this."""
        given = {
            "--backend": self.backend,
            "--device": self.device,
            "--epochs": self.epochs,
            "--steps": self.steps,
            "--batch-size": self.batch_size,
            "--seed": self.seed,
            **{f"--{name}": value for name, value in self.own.items()},
        }
        named = [f"{name}={value}" for name, value in given.items() if value is not None]
        return [self.recipe, *named, *([] if self.compiled else ["--no-compile"])]


def own(arguments: Sequence[str]) -> dict[str, str]:
    """The recipe's own options, of the arguments that the command does not know.

    Example:
        >>> from unideep.cli.options import own
        >>> own(["--cell", "gru", "--size=3"])
        {'cell': 'gru', 'size': '3'}
    """
    found: dict[str, str] = {}
    rest = list(arguments)
    with usage_errors():
        while rest:
            name, equals, value = rest.pop(0).partition("=")
            if not name.startswith("--") or not (equals or rest):
                raise ArgumentError(
                    f"{name} is no option with a value.", fix="--name value; see --help."
                )
            found[name[2:]] = value if equals else rest.pop(0)
    return found
