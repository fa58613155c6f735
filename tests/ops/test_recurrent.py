"""Recurrent layers: values, dtypes and gradients against NumPy in float64."""

from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)
