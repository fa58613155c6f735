"""The parity table: operation x backend x what it does there, green or with its reason."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from unideep import random
from unideep.backend import use_backend
from unideep.compiler import compile
from unideep.errors import CompileError
from unideep.tensor import Tensor
from unideep.testing.cases import Case
from unideep.testing.run import (
    Ran,
    compare,
    compare_dtypes,
    compare_gradients,
    compare_values,
    differentiate,
    enter,
    run,
)

__all__ = ["ASPECTS", "NOT_APPLICABLE", "Cell", "parity"]

ASPECTS = ("value", "dtype", "gradient", "second gradient", "compiled")
NOT_APPLICABLE = "-"
_TOGETHER = 24  # cases in one compiled program: Inductor takes seconds for each program


class Cell(NamedTuple):
    """What became of one aspect of an operation on a backend.

    Attributes:
        reason: Empty if all its cases agree with NumPy in float64 (compiled: with eager), "-" if
            the aspect does not apply, else what the first case that fails says.
    """

    op: str
    backend: str
    aspect: str
    reason: str


def parity(
    cases: Sequence[Case],
    backends: Iterable[str],
    aspects: Sequence[str] = ASPECTS,
    advance: Callable[[int], None] = lambda count: None,
) -> list[Cell]:
    """Try each operation on each backend.

    Args:
        advance: Called with the number of (case, backend) pairs done since the last call.
    """
    cells: list[Cell] = []
    for backend in backends:
        reasons: dict[tuple[str, str], str] = {}
        for start in range(0, len(cases), _TOGETHER):
            part = cases[start : start + _TOGETHER]
            for case in part:
                for aspect, reason in _eager(case, backend, aspects):
                    _note(reasons, case.op, aspect, reason)
            if "compiled" in aspects:
                for case, reason in _compiled(part, backend):
                    _note(reasons, case.op, "compiled", reason)
            advance(len(part))
        for op in dict.fromkeys(case.op for case in cases):
            cells += [Cell(op, backend, a, reasons[op, a]) for a in aspects]
    return cells


def _note(reasons: dict[tuple[str, str], str], op: str, aspect: str, reason: str) -> None:
    """A failure of any case counts, then a success, then that an aspect does not apply."""
    known = reasons.get((op, aspect), NOT_APPLICABLE)
    if known == NOT_APPLICABLE or (not known and reason != NOT_APPLICABLE):
        reasons[op, aspect] = reason


def _eager(case: Case, backend: str, aspects: Sequence[str]) -> Iterable[tuple[str, str]]:
    @functools.cache
    def ran(where: str, dtype: str, order: int) -> Ran:
        return run(case, where, dtype, order)

    def both(field: str, dtype: str, order: int) -> tuple[list[Tensor], list[Tensor]]:
        return getattr(ran(backend, dtype, order), field), getattr(
            ran("numpy", dtype, order), field
        )

    slack = case.slack
    tries = {
        "value": lambda: compare_values(*both("outputs", "float64", 0), "float64", slack),
        "dtype": lambda: compare_dtypes(*both("outputs", "float32", 0)),
        "gradient": lambda: compare_gradients(*both("gradients", "float64", 1), "float64", slack),
        "second gradient": lambda: compare_gradients(
            *both("seconds", "float64", 2), "float64", slack * 20
        ),
    }
    for aspect, attempt in tries.items():
        if aspect in aspects:
            applies = case.differentiable or "gradient" not in aspect
            yield aspect, _reason(attempt) if applies else NOT_APPLICABLE


def _reason(attempt: Callable[[], None]) -> str:
    try:
        attempt()
    except Exception as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        return f"{type(error).__name__}: {' '.join(lines)[:300]}"
    return ""


def _compiled(cases: Sequence[Case], backend: str) -> Iterable[tuple[Case, str]]:
    """All cases as one compiled step with their gradients; halves of it where that fails."""
    for case in (dynamic := [c for c in cases if c.dynamic]):
        yield case, _refused(case, backend)
    if dynamic:
        cases = [c for c in cases if not c.dynamic]
    reason = _reason(lambda: _compare_compiled(cases, backend)) if cases else ""
    if reason and len(cases) > 1:
        half = len(cases) // 2
        yield from _compiled(cases[:half], backend)
        yield from _compiled(cases[half:], backend)
        return
    for case in cases:
        yield case, reason


def _compare_compiled(cases: Sequence[Case], backend: str) -> None:
    with use_backend(backend):
        entered = [enter(case, "float64") for case in cases]

    def step() -> list[Tensor]:
        found: list[Tensor] = []
        for case, (args, leaves) in zip(cases, entered, strict=True):
            ran = differentiate(case, args, leaves, 1)
            found += [t * 1 if t.dtype.is_inexact else t for t in (*ran.outputs, *ran.gradients)]
        return found

    program = compile(step)
    with use_backend(backend):
        results = []
        for function in (step, program, program):
            random.seed(0)
            for case, (_, leaves) in zip(cases, entered, strict=True):
                for leaf, value in zip(leaves, enter(case, "float64")[1], strict=True):
                    leaf[...] = value  # an optimizer step may have used the memory of the last one
            results.append(function())
    slack = max(case.slack for case in cases) * 100  # fused sums go in another order
    for i, (got, want) in enumerate(zip(results[2], results[0], strict=True)):
        assert got.dtype is want.dtype, f"result {i}: dtype {got.dtype}, eager {want.dtype}"
        compare(f"result {i}", got, want, _precision(want), slack)


def _refused(case: Case, backend: str) -> str:
    """No step can hold a shape that depends on values, and it has to say so."""
    with use_backend(backend):
        args, _ = enter(case, "float64")
        try:
            compile(lambda: case.call(*args))()
        except CompileError:
            return NOT_APPLICABLE
        return "a compiled step took a shape that depends on values"


def _precision(t: Tensor) -> str:
    return "float32" if t.dtype.itemsize <= (8 if t.dtype.kind == "c" else 4) else "float64"
