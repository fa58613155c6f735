"""Does a backend compute what NumPy computes in float64?

`conformance("name")` runs every case on a backend: shape, dtype, value, and the gradient of every
differentiable argument. A third-party backend is done when it raises nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from unideep.backend import get_backend
from unideep.errors import UniDeepError
from unideep.op import OPS
from unideep.testing.cases import CASES, Case
from unideep.testing.run import compare_dtypes, compare_gradients, compare_values, run

__all__ = ["check", "conformance"]


def conformance(backend: str, dtypes: Iterable[str] = ("float32", "float64")) -> int:
    """Run all cases on a backend. Returns their number.

    Raises:
        UniDeepError: lists the primitives it lacks, or the cases that differ.
    """
    supplied = get_backend(backend).ops
    missing = [op.name for op in OPS.values() if op.is_primitive and op.name not in supplied]
    if missing:
        raise UniDeepError(f"backend {backend!r} lacks primitives: {', '.join(missing)}.")
    failures: list[str] = []
    count = 0
    for case in CASES:
        for dtype in dtypes:
            count += 1
            try:
                check(case, backend, dtype)
            except Exception as error:
                failures.append(f"{case.name} {dtype}: {error}")
    if failures:
        raise UniDeepError(
            f"{len(failures)} of {count} cases differ on {backend!r}.", got="\n".join(failures)
        )
    return count


def check(case: Case, backend: str, dtype: str) -> None:
    """Run one case on a backend and compare it with NumPy in float64.

    Raises:
        AssertionError: shape, dtype, value or gradient differ; says which, and by how much.
    """
    want = run(case, "numpy", "float64")
    same = run(case, "numpy", dtype) if dtype != "float64" else want
    got = run(case, backend, dtype)
    compare_values(got.outputs, want.outputs, dtype, case.slack)
    compare_dtypes(got.outputs, same.outputs)
    compare_gradients(got.gradients, want.gradients, dtype, case.slack)
