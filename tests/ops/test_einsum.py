"""Einsum: values, dtypes and gradients against NumPy in float64."""

import numpy
import pytest

import unideep as ud
from unideep import np
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


def test_form_with_lists(backend: str) -> None:
    x, y = numpy.ones((2, 3), "float32"), numpy.ones((3, 4), "float32")
    with ud.use_backend(backend):
        a, b = np.array(x), np.array(y)
        assert np.einsum(a, [0, 1], b, [1, 2], [2, 0]).shape == (4, 2)
        assert np.einsum(a, [1, 0]).shape == (3, 2)
        assert np.einsum(a, [..., 1], [1, ...]).shape == (3, 2)


@pytest.mark.parametrize("subscripts", ["ij,jk", "ijk", "ij->k", "ij->ii", "ii"])
def test_subscripts_that_do_not_fit(subscripts: str) -> None:
    with pytest.raises(ValueError, match=subscripts[:2]):
        np.einsum(subscripts, np.ones((2, 3)))
