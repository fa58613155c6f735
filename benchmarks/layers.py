"""One layer, forward and backward: UniDeep beside hand-written native code on each engine.

A script names its `Suite`s and calls `main`. Interleaved in one process an engine.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import environment
import native
import numpy
from native import Weights
from rich.console import Console
from rich.table import Table
from timing import QUICK, Candidate, Plan, measure, ratio, spread

import unideep as ud
from unideep import autograd, np
from unideep.block import HybridBlock

ENGINES = ("torch", "jax", "tensorflow")
TOLERANCE = 1e-4
CALLS = 3  # UniDeep discovers in the first one, compiles in the second

Step = Callable[[Any], tuple[Any, Sequence[Any]]]
Build = Callable[[Weights], Step]


@dataclass(frozen=True)
class Suite:
    """A layer that is measured.

    Attributes:
        name: In the records.
        module: `native.<engine>_<module>` holds the baselines, `prepare` and `sync`.
        variants: The baselines of such a module: name -> `build(weights)`, which returns
            `step(x) -> (loss, gradients of all weights)`; the loss is the mean square.
        make: Our layer, without weights.
        call: Our layer's output.
    """

    name: str
    module: str
    variants: Callable[[Any], Mapping[str, Build]]
    make: Callable[[], HybridBlock]
    call: Callable[[HybridBlock, Any], Any]
    weights: Callable[[], Weights]
    inputs: Callable[[], list[numpy.ndarray]]


def unideep_step(suite: Suite, engine: str, is_compiled: bool, dtype: str = "float32") -> Step:
    with ud.use_backend(engine):
        layer = suite.make()
        layer.load_dict(suite.weights())
        layer.cast(dtype)
    params = layer.collect_params().values()

    def step(x: Any) -> Any:
        with autograd.record():
            y = suite.call(layer, x)
            loss = (y * y).mean()
        loss.backward()
        return loss

    run = ud.compile(step) if is_compiled else step
    return lambda x: (run(x), [p.grad() for p in params])


def measures(found: tuple[Any, Sequence[Any]]) -> numpy.ndarray:
    """The loss and the squared length of the gradient, however the weights are packed."""
    loss, grads = found
    arrays = [numpy.asarray(g, dtype="float64") for g in grads]
    return numpy.array([float(loss), sum(float((a * a).sum()) for a in arrays)])


def reference(suite: Suite) -> numpy.ndarray:
    """By UniDeep on NumPy in float64, which the tests compare with PyTorch's layer."""
    step = unideep_step(suite, "numpy", False, "float64")
    with ud.use_backend("numpy"):
        return measures(step(np.array(suite.inputs()[0].astype("float64"))))


def candidates(suite: Suite, engine: str) -> dict[str, Callable[[], Candidate]]:
    module: Any = native.load(engine, suite.module)
    arrays = suite.inputs()
    prepared = [(module.prepare(x),) for x in arrays]
    with ud.use_backend(engine):
        tensors = [(np.array(x),) for x in arrays]

    def build_native(build: Build) -> Candidate:
        step = build(suite.weights())
        return Candidate(step, prepared, lambda found: sync(found, lambda array: array))

    def build_unideep(is_compiled: bool) -> Candidate:
        step = unideep_step(suite, engine, is_compiled)
        return Candidate(step, tensors, lambda found: sync(found, lambda t: t.native))

    def sync(found: Any, raw: Callable[[Any], Any]) -> None:
        for value in (found[0], *found[1]):
            module.sync(raw(value))

    natives = {
        f"native {n}": lambda b=b: build_native(b) for n, b in suite.variants(module).items()
    }
    return natives | {
        "unideep eager": lambda: build_unideep(False),
        "unideep compiled": lambda: build_unideep(True),
    }


def start(build: Callable[[], Candidate], want: numpy.ndarray) -> Candidate | str:
    """The candidate, or why it is not measured."""
    try:
        candidate = build()
        for _ in range(CALLS):
            found = measures(candidate.step(*candidate.batches[0]))
    except Exception as error:  # one participant that fails must not hide the others
        return f"{type(error).__name__}: {error}".splitlines()[0]
    gap = float(numpy.abs(found / want - 1).max())
    return candidate if gap < TOLERANCE else f"INVALID: off by {gap:.1e}"


def run(suite: Suite, engine: str, plan: Plan) -> list[dict[str, Any]]:
    want = reference(suite)
    started = {name: start(build, want) for name, build in candidates(suite, engine).items()}
    valid = {name: c for name, c in started.items() if isinstance(c, Candidate)}
    samples = measure(valid, plan)
    natives = [name for name in valid if name.startswith("native")]
    eager = [name for name in natives if name.split()[1].startswith("eager")]
    table = Table(title=f"{suite.name} on {engine}: time over that of the best native [95 %]")
    for column in ("participant", "ms/step", "IQR", "/ best", "/ best eager"):
        table.add_column(column, justify="left" if column == "participant" else "right")
    records = []
    for name, candidate in started.items():
        if name not in samples:
            table.add_row(name, str(candidate))
            records.append({"participant": name, "error": str(candidate)})
            continue
        ms = spread(samples[name] * 1e3)
        best = [min(g, key=lambda n: spread(samples[n]).median) for g in (natives, eager) if g]
        found = [ratio(samples[name], samples[baseline]) for baseline in best]
        table.add_row(name, f"{ms.median:.3f}", f"{ms.iqr:.3f}", *map(str, found))
        records.append(
            {"participant": name, "step_ms": asdict(ms), "ratio": [asdict(r) for r in found]}
        )
    Console(width=130).print(table)
    shared = {"suite": suite.name, "engine": engine, "env": environment.describe()}
    return [shared | record for record in records]


def main(script: str, doc: str | None, suites: Sequence[Suite]) -> int:
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--json", type=Path, help="append one record a row to this file")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--threads", type=int, default=len(environment.available_cores()))
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        for suite in suites:
            records = run(suite, options.engine[0], QUICK if options.quick else Plan())
            if options.json:
                environment.append(options.json, records)
        return 0
    environment.warn_if_busy()
    return environment.spawn_each(script, options.engine, options.threads)
