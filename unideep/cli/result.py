"""What a training run has to tell: its losses, its speed, its settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

__all__ = ["Result"]

WARM_UP = 2  # steps: a compiled one is discovered in the first and compiled in the second


@dataclass
class Result:
    """Filled while a run goes on.

    Attributes:
        settings: Recipe, backend, device, seed and the rest that repeats the run.
        losses: Of every step, by name.
        step_s: Seconds of every step, from the batch in hand to the loss read.
        epochs: Of every epoch: its number, mean losses and what `evaluate` told.
        compile_s: Seconds in which steps were traced and compiled.
    """

    settings: dict[str, Any]
    losses: dict[str, list[float]] = field(default_factory=dict)
    step_s: list[float] = field(default_factory=list)
    epochs: list[dict[str, float]] = field(default_factory=list)
    compile_s: float = 0.0

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.step_s)

    def note(self, losses: dict[str, float], seconds: float) -> None:
        """One step."""
        for name, value in losses.items():
            self.losses.setdefault(name, []).append(value)
        self.step_s.append(seconds)

    def close_epoch(self, first: int, shares: dict[str, float]) -> dict[str, float]:
        """An epoch whose steps began with number `first`."""
        means = {name: fmean(values[first:]) for name, values in self.losses.items()}
        self.epochs.append({"epoch": len(self.epochs) + 1, **means, **shares})
        return self.epochs[-1]

    def as_facts(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {n: getattr(self, n) for n in ("settings", "losses", "step_s", "epochs")}

    def restore(self, facts: dict[str, Any]) -> None:
        """Take over the steps and epochs of a run that goes on."""
        self.losses, self.step_s, self.epochs = (facts[n] for n in ("losses", "step_s", "epochs"))

    @property
    def median_step_s(self) -> float:
        """Seconds of a usual step after warming up."""
        return median(self._warm)

    @property
    def steps_per_s(self) -> float:
        """Steps per second after warming up."""
        return len(self._warm) / sum(self._warm)

    @property
    def _warm(self) -> list[float]:
        return self.step_s[WARM_UP:] or self.step_s

    def as_json(self) -> dict[str, Any]:
        """The content of losses.json."""
        return {
            "settings": self.settings,
            "steps": self.steps,
            "compile_s": self.compile_s,
            "median_step_ms": self.median_step_s * 1e3,
            "steps_per_s": self.steps_per_s,
            "epochs": self.epochs,
            "losses": self.losses,
            "step_s": self.step_s,
        }
