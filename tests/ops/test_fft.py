"""Fft: values, dtypes and gradients against NumPy in float64."""

import numpy
import pytest

import unideep as ud
from unideep import np
from unideep.autograd import gradcheck
from unideep.testing import Case, cases_of, check

SMOOTH = [c for c in cases_of("fft") if c.differentiable]


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


@pytest.mark.parametrize("call", SMOOTH[::3], ids=str)
def test_second_derivatives(call: Case, backend: str) -> None:
    with ud.use_backend(backend):
        function, arrays = call.of_floats()
        gradcheck(lambda *xs: function(*xs) ** 3, arrays, order=2, tolerance=2e-4)


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_precision_stays(name: str, dtype: str, backend: str) -> None:
    x = numpy.arange(6, dtype=dtype)
    with ud.use_backend(backend):
        got = getattr(np.fft, name)(np.array(x)).asnumpy()
    want = getattr(numpy.fft, name)(x)
    assert got.dtype == want.dtype
    numpy.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)


def test_what_is_refused(backend: str) -> None:
    with ud.use_backend(backend):
        x = np.ones((2, 3))
        with pytest.raises(ValueError, match="norm is 'abc'"):
            np.fft.fft(x, norm="abc")
        with pytest.raises(ValueError, match="a point at least"):
            np.fft.fft(x, n=0)
        with pytest.raises(ValueError, match="a point at least"):
            np.fft.irfft(np.ones(1))
        with pytest.raises(ValueError, match="axis 2"):
            np.fft.fft(x, axis=2)
        with pytest.raises(TypeError, match="real transform"):
            np.fft.rfft(x.astype("complex64"))


def test_compiled(backend: str) -> None:
    with ud.use_backend(backend):
        x = np.array(numpy.arange(8.0))
        smooth = ud.compile(lambda x: np.fft.irfft(np.fft.rfft(x)[:3], 8))
        for _ in range(3):
            numpy.testing.assert_allclose(
                smooth(x).asnumpy(), numpy.fft.irfft(numpy.fft.rfft(x.asnumpy())[:3], 8)
            )
