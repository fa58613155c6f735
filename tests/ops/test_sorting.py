"""Sorting: values, dtypes and gradients against NumPy in float64."""

import numpy

from unideep import np
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


def test_complex_numbers_are_sorted_by_real_then_by_imaginary_part(backend: str) -> None:
    x = np.array([[1 + 2j, 1 - 1j, 5j, 1 + 2j], [1, -1, 0, 2j]])
    numpy.testing.assert_array_equal(np.argsort(x).asnumpy(), [[2, 1, 0, 3], [1, 2, 3, 0]])
    numpy.testing.assert_array_equal(np.sort(x).asnumpy(), numpy.sort(x.asnumpy()))
    assert np.argsort(x[0], descending=True).tolist() == [0, 3, 1, 2]
    assert np.unique_counts(x[0]).counts.tolist() == [1, 1, 2]
