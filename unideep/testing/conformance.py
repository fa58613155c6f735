"""Does a backend compute what NumPy computes in float64?

`conformance("name")` runs every case on a backend: shape, dtype, value, and the gradient of every
differentiable argument. A third-party backend is done when it raises nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as _np

from unideep import random
from unideep.autograd.scope import record
from unideep.autograd.tape import backward
from unideep.backend import get_backend, use_backend
from unideep.dispatch import as_tensor
from unideep.errors import UniDeepError
from unideep.op import OPS
from unideep.tensor import Tensor
from unideep.testing.cases import CASES, Case

__all__ = ["check", "conformance"]

_COMPLEX = {"float32": "complex64", "float64": "complex128"}
_TOLERANCE = {"float32": (2e-5, 2e-6), "float64": (1e-10, 1e-12)}


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
    args = case.arguments()
    want, want_grads = _run(case, args, "numpy", "float64")
    same, _ = _run(case, args, "numpy", dtype) if dtype != "float64" else (want, None)
    got, got_grads = _run(case, args, backend, dtype)
    rtol, atol = _TOLERANCE[dtype]
    for i, (w, s, g) in enumerate(zip(want, same, got, strict=True)):
        assert g.shape == w.shape, f"output {i}: shape {g.shape}, expected {w.shape}"
        assert g.dtype is s.dtype, f"output {i}: dtype {g.dtype}, expected {s.dtype}"
        coarse = (
            _TOLERANCE["float32"]
            if g.dtype.itemsize <= (8 if g.dtype.kind == "c" else 4)
            else (rtol, atol)
        )
        _compare(f"output {i}", g, w, coarse[0] * case.slack, coarse[1] * case.slack)
    for i, (w, g) in enumerate(zip(want_grads, got_grads, strict=True)):
        expected = _COMPLEX[dtype] if w.dtype.kind == "c" else dtype
        assert g.dtype == expected, f"gradient {i}: dtype {g.dtype}, expected {expected}"
        _compare(f"gradient {i}", g, w, rtol * case.slack * 5, atol * case.slack * 5)


def _compare(what: str, got: Tensor, want: Tensor, rtol: float, atol: float) -> None:
    a, b = got.asnumpy(), want.asnumpy()
    if b.dtype.kind in "fc":
        scale = float(_np.max(_np.abs(b[_np.isfinite(b)]), initial=0.0))
        _np.testing.assert_allclose(a, b, rtol=rtol, atol=atol * max(1.0, scale), err_msg=what)
    else:
        _np.testing.assert_array_equal(a, b, err_msg=what)


def _run(
    case: Case, args: list[Any], backend: str, dtype: str
) -> tuple[list[Tensor], list[Tensor]]:
    """Outputs, and the gradients of floating arguments under fixed random head gradients."""
    random.seed(0)  # dropout draws the same mask in every run
    with use_backend(backend):
        leaves: list[Tensor] = []

        def enter(a: Any) -> Any:
            if isinstance(a, list):
                return [enter(v) for v in a]
            if not isinstance(a, _np.ndarray):
                return a
            if a.dtype not in (_np.float64, _np.complex128):
                return as_tensor(a)
            leaves.append(as_tensor(a, dtype if a.dtype == _np.float64 else _COMPLEX[dtype]))
            return leaves[-1]

        entered = [enter(a) for a in args]
        if not case.differentiable:
            return _flat(case.call(*entered)), []
        for leaf in leaves:
            leaf.attach_grad()
        with record(train_mode=case.training):
            outs = _flat(case.call(*entered))
            total = _contract(outs)
        backward(total)
        return [o.detach() for o in outs], [x.grad for x in leaves]  # pyright: ignore


def _flat(out: Any) -> list[Tensor]:
    if isinstance(out, Tensor):
        return [out]
    return [t for part in out for t in _flat(part)]


def _contract(outs: list[Tensor]) -> Tensor:
    """One number from all outputs: each element with its own random weight."""
    rng = _np.random.default_rng(1)
    total = None
    for out in outs:
        weights = rng.standard_normal(out.shape)
        if out.dtype.is_inexact:
            if out.dtype.kind == "c":
                weights = weights + 1j * rng.standard_normal(out.shape)
            part = (out * as_tensor(weights, out.dtype, backend=out._backend)).real.sum()
            total = part if total is None else total + part
    assert total is not None
    return total
