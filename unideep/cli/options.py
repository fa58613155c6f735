"""What the user asked for, as `train` and `bench` share it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Options"]


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
        }
        named = [f"{name}={value}" for name, value in given.items() if value is not None]
        return [self.recipe, *named, *([] if self.compiled else ["--no-compile"])]
