"""A case as it runs on a backend, and the comparison of two such runs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as _np

from unideep import ops, random
from unideep.autograd.scope import record
from unideep.autograd.tape import backward, grad
from unideep.backend import use_backend
from unideep.dispatch import as_tensor
from unideep.tensor import Tensor
from unideep.testing.cases import Case

__all__ = ["Ran", "compare", "compare_dtypes", "compare_gradients", "compare_values", "run"]

_COMPLEX = {"float32": "complex64", "float64": "complex128"}
_TOLERANCE = {"float32": (2e-5, 2e-6), "float64": (1e-10, 1e-12)}


class Ran(NamedTuple):
    """What a case gave.

    Attributes:
        outputs: The tensors that the op returned.
        gradients: Those of the floating arguments, under fixed random head gradients.
        seconds: The gradients of the gradients, under fixed weights as well; empty for order 1.
    """

    outputs: list[Tensor]
    gradients: list[Tensor]
    seconds: list[Tensor]


def run(case: Case, backend: str, dtype: str, order: int = 1) -> Ran:
    """Run a case with its floats as `dtype`; with derivatives up to `order`, where it has any."""
    random.seed(0)  # dropout draws the same mask in every run
    with use_backend(backend):
        args, leaves = enter(case, dtype)
        return differentiate(case, args, leaves, order)


def enter(case: Case, dtype: str) -> tuple[list[Any], list[Tensor]]:
    """The arguments of a case on the current backend, and the floating ones among them."""
    leaves: list[Tensor] = []

    def tensor(a: Any) -> Any:
        if isinstance(a, list):
            return [tensor(v) for v in a]
        if not isinstance(a, _np.ndarray):
            return a
        if a.dtype not in (_np.float64, _np.complex128):
            return as_tensor(a)
        leaves.append(as_tensor(a, dtype if a.dtype == _np.float64 else _COMPLEX[dtype]))
        return leaves[-1]

    return [tensor(a) for a in case.arguments()], leaves


def differentiate(case: Case, args: list[Any], leaves: list[Tensor], order: int) -> Ran:
    """Run a case on its arguments, and differentiate it by the leaves among them."""
    if not case.differentiable or not order:
        return Ran(_flat(case.call(*args)), [], [])
    for leaf in leaves:
        leaf.attach_grad()
    with record(train_mode=case.training):
        # some give back their argument, which has no graph yet
        outputs = [_recorded(o, leaves) for o in _flat(case.call(*args))]
        heads, weights = _heads(outputs)
        if order == 2:
            gradients = grad(heads, leaves, weights, create_graph=True)
    values = [o.detach() for o in outputs]
    if order == 1:
        backward(heads, weights)
        return Ran(values, [x.grad for x in leaves], [])  # pyright: ignore
    heads, weights = _heads(gradients)
    # a linear op gives gradients without a graph
    seconds = grad(heads, leaves, weights) if heads else [ops.zeros_like(x) for x in leaves]
    return Ran(values, [g.detach() for g in gradients], seconds)


def _recorded(out: Tensor, leaves: list[Tensor]) -> Tensor:
    return out * 1 if any(out is x for x in leaves) else out


def _flat(out: Any) -> list[Tensor]:
    if isinstance(out, Tensor):
        return [out]
    return [t for part in out for t in _flat(part)]


def _heads(outs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """Those with a graph, and a head gradient for each: random weights, the same in every run."""
    rng = _np.random.default_rng(1)
    heads, weights = [], []
    for out in outs:
        weight = rng.standard_normal(out.shape)
        if out.dtype.kind == "c":
            weight = weight + 1j * rng.standard_normal(out.shape)
        if out.dtype.is_inexact and out._node is not None:
            heads.append(out)
            weights.append(as_tensor(weight, out.dtype, backend=out._backend))
    return heads, weights


# Comparisons. Each raises AssertionError and says what differs, and by how much


def compare_dtypes(got: list[Tensor], same: list[Tensor]) -> None:
    """Dtypes as NumPy's run with the same dtypes has them."""
    for i, (g, s) in enumerate(zip(got, same, strict=True)):
        assert g.dtype is s.dtype, f"output {i}: dtype {g.dtype}, expected {s.dtype}"


def compare_values(got: list[Tensor], want: list[Tensor], dtype: str, slack: float) -> None:
    """Shapes and values of outputs; each in the precision of its own dtype."""
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        assert g.shape == w.shape, f"output {i}: shape {g.shape}, expected {w.shape}"
        is_coarse = g.dtype.itemsize <= (8 if g.dtype.kind == "c" else 4)
        compare(f"output {i}", g, w, "float32" if is_coarse else dtype, slack)


def compare_gradients(got: list[Tensor], want: list[Tensor], dtype: str, slack: float) -> None:
    """Dtypes and values of gradients."""
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        expected = _COMPLEX[dtype] if w.dtype.kind == "c" else dtype
        assert g.dtype == expected, f"gradient {i}: dtype {g.dtype}, expected {expected}"
        compare(f"gradient {i}", g, w, dtype, slack * 5)


def compare(what: str, got: Tensor, want: Tensor, dtype: str, slack: float) -> None:
    """Two tensors to the rounding of `dtype` times `slack`; integers exactly."""
    rtol, atol = (slack * tolerance for tolerance in _TOLERANCE[dtype])
    a, b = got.asnumpy(), want.asnumpy()
    if b.dtype.kind in "fc":
        scale = float(_np.max(_np.abs(b[_np.isfinite(b)]), initial=0.0))
        _np.testing.assert_allclose(a, b, rtol=rtol, atol=atol * max(1.0, scale), err_msg=what)
    else:
        _np.testing.assert_array_equal(a, b, err_msg=what)
