"""Elementwise: values, dtypes and gradients against NumPy in float64."""

import math

import numpy

from unideep import np, npx
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


def test_erf_is_the_c_librarys(backend: str) -> None:
    values = [*numpy.linspace(-7, 7, 20001).tolist(), 0.5]
    got = npx.erf(np.array(values, dtype="float64")).asnumpy()
    want = [math.erf(v) for v in values]
    numpy.testing.assert_allclose(got, want, rtol=2e-15)
    assert math.isnan(float(npx.erf(np.array(math.nan))))
