"""Recurrent layers: values, dtypes and gradients of both orders against NumPy in float64."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np, ops
from unideep.ops.recurrent import GATES
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


@pytest.mark.parametrize("mode", ["rnn_tanh", "gru", "lstm"])
@pytest.mark.parametrize("lengths", [None, [3, 0]], ids=["all steps", "lengths"])
def test_second_order(mode: str, lengths: list[int] | None, dtype: str, backend: str) -> None:
    got = penalty(mode, lengths, dtype)
    with ud.use_backend("numpy"):
        want = penalty(mode, lengths, "float64")
    rtol, atol = (1e-9, 1e-12) if dtype == "float64" else (1e-4, 1e-2)
    for a, b in zip(got, want, strict=True):
        numpy.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


def penalty(mode: str, lengths: list[int] | None, dtype: str) -> list[numpy.ndarray]:
    """The gradient of the squared length of a gradient."""
    rng = numpy.random.default_rng(0)
    size = GATES[mode] * 4
    shapes = [(3, 2, 5), (2, 4), (2, 4), (size, 5), (size, 4), (size,), (size,)]
    tensors = [np.array(rng.standard_normal(shape), dtype=dtype) for shape in shapes]
    for t in tensors:
        t.attach_grad()
    x, h, c, *weights = tensors
    if mode != "lstm":
        c = None
    index = None if lengths is None else np.array(lengths)
    with autograd.record():
        y, *last = ops.recurrent(x, h, c, *weights, index, mode=mode)
        loss = (y * y).sum() + sum((s**3).sum() for s in last)
        found = autograd.grad(loss, [x, h, *weights], create_graph=True)
        (sum((g * g).sum() for g in found) + loss).backward()
    return [t.grad.asnumpy() for t in (x, h, *weights)]
