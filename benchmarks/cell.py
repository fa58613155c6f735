"""One participant of the suite in a process of its own, driven by JSON lines: see `models.py`.

    python benchmarks/cell.py native torch compile mlp train --task build/bench/mlp-cpu.npz

It says when it is ready, then answers commands from standard input: `["warm", seconds]`,
`["run", steps]`, `["end"]`. What the frameworks print goes to standard error.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import tasks
from program import variants
from reference import STEPS, summary
from timing import Candidate, warm_up
from workloads import WORKLOADS, Batch

STARTING_STEPS = 3  # UniDeep discovers in the first step, compiles in the second
MODES = ("train", "predict", "epoch")


class Cell:
    """A participant in one mode.

    Attributes:
        facts: What is known once it is ready: times in s, memory in MB over that of the imported
            engine, the curve.
        candidate: What is timed.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        start = time.perf_counter()
        importlib.import_module(options.engine)
        self.facts: dict[str, Any] = {"engine_import_s": time.perf_counter() - start}
        self._imported_mb = resident_mb()
        start = time.perf_counter()
        builds = variants(options.layer, options.engine, options.model)
        self.facts["import_s"] = time.perf_counter() - start
        task = tasks.read(options.task, options.model, options.preset, options.device)
        batches = WORKLOADS[options.model].batches(options.preset)
        start = time.perf_counter()
        self._program = builds[options.variant](task)
        self.facts["build_s"] = time.perf_counter() - start
        self.candidate = getattr(self, "_" + options.mode)(batches, WORKLOADS[options.model])
        reset_peak()

    def _train(self, batches: list[Batch], _: Any) -> Candidate:
        program = self._program
        prepared = [program.prepare(batch) for batch in batches]
        endless = cycle(prepared)
        self._start(lambda: self._curve(islice(endless, STARTING_STEPS)))
        self.facts["curve"] += self._curve(islice(endless, STEPS - STARTING_STEPS))
        return Candidate(program.train, prepared, program.sync)

    def _curve(self, batches: Iterable[tuple[Any, ...]]) -> list[float]:
        return [float(self._program.train(*batch)) for batch in batches]

    def _predict(self, batches: list[Batch], workload: Any) -> Candidate:
        program = self._program
        prepared = [workload.inputs_of(program.prepare(batch)) for batch in batches]
        self._start(lambda: summary(program.asarray(program.predict(*prepared[0]))))
        return Candidate(program.predict, prepared, program.sync)

    def _epoch(self, batches: list[Batch], workload: Any) -> Candidate:
        """All batches as one data set, in another order each time; one run is one epoch."""
        self._train(batches, workload)
        size = len(batches[0][0])
        arrays = [np.concatenate(parts) for parts in zip(*batches, strict=True)]
        program = self._program
        if program.fit is not None:
            return Candidate(partial(program.fit, arrays, size), [()], program.sync)
        loader = program.loader(arrays, size)

        def epoch() -> Any:
            loss = None
            for batch in loader:
                loss = program.train(*batch)
            return loss

        return Candidate(epoch, [()], program.sync)

    def _start(self, first_calls: Callable[[], list[Any]]) -> None:
        start = time.perf_counter()
        self.facts["curve"] = first_calls()
        self.facts["start_s"] = self.facts["build_s"] + time.perf_counter() - start
        self.facts["start_peak_mb"] = peak_mb() - self._imported_mb

    def end(self) -> dict[str, Any]:
        """What is known in the end: the memory, how many programs."""
        return {"peak_mb": peak_mb() - self._imported_mb, "graphs": self._program.graphs()}


def resident_mb() -> float:
    """Memory that the process holds now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:  # no Linux
        return peak_mb()
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def peak_mb() -> float:
    """The most that it held since the last `reset_peak`."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def reset_peak() -> None:
    gc.collect()
    with suppress(OSError):  # where there is no such file, the peak counts from the start
        Path("/proc/self/clear_refs").write_text("5")


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("layer", "engine", "variant", "model"):
        parser.add_argument(name)
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("--task", type=Path, required=True, help="the weights, an npz file")
    parser.add_argument("--preset", default="cpu", choices=("cpu", "gpu"))
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    return parser.parse_args(arguments)


def main() -> int:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # frameworks may print

    def say(**answer: Any) -> None:
        answers.write(json.dumps(answer) + "\n")

    try:
        cell = Cell(parse())
        say(**cell.facts)
        for line in sys.stdin:
            command, *arguments = json.loads(line)
            if command == "end":
                say(**cell.end())
                return 0
            measure = {"warm": partial(warm_up, cell.candidate), "run": cell.candidate.run}[command]
            say(seconds=measure(*arguments))
    except Exception as error:  # shown in the table, with the whole story on standard error
        traceback.print_exc()
        say(error=f"{type(error).__name__}: {error}".splitlines()[0])
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
