"""One table of the suite: all participants of an engine, a model and a mode, measured in turn.

Each has a process of its own. They run A B C A B C, and ratios are taken within a round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import environment
import numpy as np
import tasks
from participants import CellError, Participant, Worker, participants
from reference import TOLERANCE, deviation, reference
from timing import QUICK, Plan, Ratio, Samples, ratio, spread
from workloads import WORKLOADS

Record = dict[str, Any]
QUICK_STARTS = 2  # processes that start side by side where the time of a start does not matter


@dataclass(frozen=True)
class Setup:
    """What all cells of a run share."""

    preset: str
    device: str
    threads: int
    is_quick: bool
    has_eager: bool

    @property
    def plan(self) -> Plan:
        return QUICK if self.is_quick else Plan()


@dataclass
class Entry:
    """A participant on its way through one mode of one model."""

    participant: Participant
    facts: dict[str, Any] = field(default_factory=dict)
    worker: Worker | None = None
    steps: int = 0
    seconds: list[float] = field(default_factory=list)
    error: str | None = None

    @property
    def name(self) -> str:
        return str(self.participant)

    @property
    def is_timed(self) -> bool:
        return self.error is None

    def begin(self, arguments: list[str], setup: Setup, cache: Path) -> None:
        """Start the process, which then waits."""
        engine = self.participant.engine
        self.worker = Worker(arguments, engine, setup.threads, cache, setup.device)
        self.facts = self.worker.ready()

    def fail(self, error: Exception) -> None:
        """One participant that fails must not hide the others."""
        self.error = str(error)
        self.close()

    def close(self) -> None:
        if self.worker is not None:
            self.worker.close()


def _is_native(participant: Participant) -> bool:
    return participant.layer == "native"


# What a row is compared with: the fastest valid participant of each of these groups
GROUPS: dict[str, Callable[[Participant], bool]] = {
    "best": _is_native,
    "idiomatic": lambda p: _is_native(p) and p.is_idiomatic,
    "eager": lambda p: _is_native(p) and p.is_eager,
    "keras": lambda p: p.layer == "keras",
    "other": lambda p: p.layer in ("autograd", "nnx"),
}


def run(engine: str, model: str, mode: str, layers: list[str], setup: Setup) -> list[Record]:
    """The records of all participants."""
    found = participants(engine, layers, model)
    entries = [Entry(p) for p in found if setup.has_eager or not p.is_eager]
    try:
        start(entries, model, mode, setup)
        judge(entries, model, mode, setup)
        measure([entry for entry in entries if entry.is_timed], setup.plan)
        finish(entries)
    finally:
        for entry in entries:
            entry.close()
    samples = {e.name: np.array(e.seconds) for e in entries if e.is_timed}
    shared = {"suite": "models", "engine": engine, "model": model, "mode": mode}
    shared |= {"preset": setup.preset, "device": setup.device, "dtype": "float32"}
    shared |= {"batch": WORKLOADS[model].sizes(setup.preset)["batch"]}
    shared |= {"parameters": tasks.parameters(model, setup.preset), "env": environment.describe()}
    return [shared | record(entry, entries, samples) for entry in entries]


def start(entries: list[Entry], model: str, mode: str, setup: Setup) -> None:
    """Bring every participant through its first steps; in a whole run twice, with cold caches."""
    options = f"--task={tasks.path(model, setup.preset)}", f"--preset={setup.preset}"

    def begin(entry: Entry) -> None:
        p = entry.participant
        words = [p.layer, p.engine, p.variant, model, mode, *options, f"--device={setup.device}"]
        try:
            if setup.is_quick:
                entry.begin(words, setup, tasks.BUILD / "cache")
                return
            folder = Path(stack.enter_context(TemporaryDirectory()))
            entry.begin(words, setup, folder)
            cold = entry.facts["start_s"]
            entry.close()
            entry.begin(words, setup, folder)
            entry.facts["cold_start_s"] = cold
        except CellError as error:
            entry.fail(error)

    with ExitStack() as stack, ThreadPoolExecutor(QUICK_STARTS if setup.is_quick else 1) as pool:
        list(pool.map(begin, entries))


def judge(entries: list[Entry], model: str, mode: str, setup: Setup) -> None:
    """A wrong curve, or a wrong prediction, gets no time."""
    expected = reference(model, setup.preset, mode)
    for entry in entries:
        if entry.is_timed:
            entry.facts["deviation"] = off = deviation(entry.facts["curve"], expected)
            if not off < TOLERANCE:
                entry.fail(CellError(f"INVALID: off by {off:.1e} from the float64 reference"))


def measure(entries: list[Entry], plan: Plan) -> None:
    """Rounds A B C A B C of blocks of steps; their length follows from the warm-up."""
    for entry, seconds in _answers(entries, lambda _: ("warm", plan.warm_up_s)):
        entry.steps = max(1, round(plan.block_s / seconds))
    for _ in range(plan.rounds):
        for entry, seconds in _answers(entries, lambda entry: ("run", entry.steps)):
            entry.seconds.append(seconds)


def _answers(
    entries: list[Entry], command: Callable[[Entry], tuple[Any, ...]]
) -> Iterator[tuple[Entry, float]]:
    for entry in entries:
        if entry.is_timed and entry.worker is not None:
            try:
                yield entry, entry.worker.ask(*command(entry))["seconds"]
            except CellError as error:
                entry.fail(error)


def finish(entries: list[Entry]) -> None:
    for entry in entries:
        if entry.is_timed and entry.worker is not None:
            try:
                entry.facts |= entry.worker.end()
            except CellError as error:
                entry.fail(error)


def ratios(entry: Entry, entries: list[Entry], samples: Samples) -> dict[str, Ratio]:
    """Over the fastest participant of each group that has one."""
    found = {}
    for group, belongs in GROUPS.items():
        members = [e.name for e in entries if e.name in samples and belongs(e.participant)]
        if members and entry.name in samples:
            baseline = min(members, key=lambda name: spread(samples[name]).median)
            found[group] = ratio(samples[entry.name], samples[baseline])
    return found


def record(entry: Entry, entries: list[Entry], samples: Samples) -> dict[str, Any]:
    facts = entry.facts
    kept = (
        "engine_import_s",
        "import_s",
        "build_s",
        "start_s",
        "cold_start_s",
        "start_peak_mb",
        "peak_mb",
        "graphs",
    )
    return {
        "layer": entry.participant.layer,
        "variant": entry.participant.variant,
        "valid": entry.is_timed,
        "error": entry.error,
        **{name: facts.get(name) for name in kept},
        "loss_first20": facts.get("curve"),
        "loss_max_rel_err": facts.get("deviation"),
        "step_ms": asdict(spread(samples[entry.name] * 1e3)) if entry.is_timed else None,
        "ratio": {g: asdict(value) for g, value in ratios(entry, entries, samples).items()},
    }
