"""Numeric: values, dtypes and gradients against NumPy in float64."""

import math

from unideep import autograd, np
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


def test_nan_to_num_puts_numbers_in_place(backend: str) -> None:
    x = np.array([math.nan, math.inf, -math.inf, 1.0])
    assert np.nan_to_num(x, nan=7.0, posinf=8.0, neginf=9.0).tolist() == [7.0, 8.0, 9.0, 1.0]
    assert np.nan_to_num(x, copy=False, posinf=1.0, neginf=2.0) is x
    assert x.tolist() == [0.0, 1.0, 2.0, 1.0]
    assert np.nan_to_num(np.array([1, 2])).dtype == "int64"


def test_heaviside_hands_its_gradient_to_the_value_at_zero(backend: str) -> None:
    y = np.array([5.0, 6.0, 7.0])
    y.attach_grad()
    with autograd.record():
        z = np.heaviside(np.array([-1.0, 0.0, 2.0]), y)
    z.backward()
    assert z.tolist() == [0.0, 6.0, 1.0]
    assert y.grad.tolist() == [0.0, 1.0, 0.0]


def test_divmod(backend: str) -> None:
    quotient, rest = np.divmod(np.array([7, -7]), 2)
    assert quotient.tolist() == [3, -4] and rest.tolist() == [1, 1]
