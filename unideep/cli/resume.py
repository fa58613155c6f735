"""The checkpoint of a training run: written while it goes on, read by `--resume`."""

from __future__ import annotations

import time
from pathlib import Path
from types import ModuleType
from typing import Any

from unideep.block import Block
from unideep.checkpoint import load_training, save_training
from unideep.cli.result import Result
from unideep.errors import CheckpointError

__all__ = ["FILE", "Checkpoint"]

FILE = "checkpoint.safetensors"
INTERVAL_S = 20.0
_FIXED = ("recipe", "options", "batch_size", "seed")  # a run with others is another run


class Checkpoint:
    """What a run needs to go on exactly: weights, optimizers, random numbers, place in the data.

    Attributes:
        first: The number of the first step of the present epoch.
    """

    def __init__(self, folder: Path, recipe: ModuleType, loader: Any, result: Result) -> None:
        self._path, self._result = folder / FILE, result
        self._parts = {**_parts(recipe), "batches": loader}
        self._written_s = time.monotonic()
        self.first = 0

    def write(self) -> None:
        """Write the run as it stands between two steps."""
        facts = {**self._result.as_facts(), "first": self.first}
        save_training(self._path, self._parts, facts)
        self._written_s = time.monotonic()

    def write_if_due(self) -> None:
        """Write, if it was not done for a while."""
        if time.monotonic() - self._written_s > INTERVAL_S:
            self.write()

    def read(self) -> None:
        """Make the run what it was when the file was written.

        Raises:
            CheckpointError: there is no such file, or it is of another run.
        """
        if not self._path.exists():
            raise CheckpointError(
                f"there is no run to resume: {str(self._path)!r} is missing.",
                fix="leave out --resume, or give the --out (and --backend) of the run.",
            )
        facts = load_training(self._path, self._parts, self._check)
        self._result.restore(facts)
        self.first = facts["first"]

    def _check(self, facts: dict[str, Any]) -> None:
        """Refuse the facts of another run."""
        found, wanted = facts["settings"], self._result.settings
        if different := [n for n in _FIXED if found.get(n) != wanted[n]]:
            raise CheckpointError(
                f"{str(self._path)!r} is of another run.",
                got=", ".join(f"{n} {found.get(n)!r}, not {wanted[n]!r}" for n in different),
                fix="resume with the options of the run, or begin a new one in another --out.",
            )


def _parts(recipe: ModuleType) -> dict[str, Any]:
    """Nets, trainers and whatever else of the recipe has a state, each once."""
    found: dict[int, tuple[str, Any]] = {}
    for name, value in vars(recipe).items():
        has_state = hasattr(value, "state_dict") and hasattr(value, "load_state_dict")
        if (isinstance(value, Block) or has_state) and not isinstance(value, type):
            found.setdefault(id(value), (name, value))
    return dict(found.values())
