"""Norm: values, dtypes and gradients against NumPy in float64."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


@pytest.mark.parametrize("ord", [1, 2, 3, 0.5, numpy.inf])
def test_gradient_at_zero(ord: float, backend: str) -> None:
    """A subgradient, and the second derivative is finite too."""
    with ud.use_backend(backend):
        x = np.zeros(3)
        x.attach_grad()
        with autograd.record():
            y = np.linalg.norm(x, ord=ord)
            (g,) = autograd.grad(y, x, create_graph=True)
            z = np.sum(g * g) + np.sum(x)
        assert g.tolist() == [0.0, 0.0, 0.0]
        z.backward()
        assert x.grad.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((2, 3, 4), {"ord": 2}),
        ((2, 3), {"ord": 5}),
        ((2, 3), {"ord": "abc"}),
        ((2, 3, 4), {"axis": (0, 1, 2)}),
        ((2, 3), {"axis": 2}),
    ],
    ids=str,
)
def test_what_has_no_norm(shape: tuple[int, ...], options: dict) -> None:
    with pytest.raises(ValueError):
        np.linalg.norm(np.ones(shape), **options)
