"""Equations: values, dtypes and gradients against NumPy in float64."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.autograd import gradcheck
from unideep.testing import Case, cases_of, check

SMOOTH = [c for c in cases_of("equations") if c.differentiable]


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


@pytest.mark.parametrize("call", SMOOTH, ids=str)
def test_second_derivatives(call: Case, backend: str) -> None:
    with ud.use_backend(backend):
        gradcheck(*call.of_floats(), order=2, tolerance=2e-4)


@pytest.mark.parametrize("shape", [(0, 0), (2, 0, 0), (0, 2, 2)], ids=str)
def test_zero_size(shape: tuple[int, ...], backend: str) -> None:
    with ud.use_backend(backend):
        x = np.zeros(shape)
        assert np.linalg.inv(x).shape == np.linalg.pinv(x).shape == shape
        assert np.linalg.det(x).tolist() == numpy.ones(shape[:-2]).tolist()
        assert np.linalg.solve(x, np.zeros((*shape[:-1], 3))).shape == (*shape[:-1], 3)


@pytest.mark.parametrize("call", [np.linalg.inv, lambda x: np.linalg.solve(x, x)])
def test_singular(call, backend: str) -> None:
    with ud.use_backend(backend):
        x = np.array([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 2.0], [2.0, 4.0]]])
        with pytest.raises(np.linalg.LinAlgError, match="float32"):
            call(x)
        x.attach_grad()
        with pytest.raises(numpy.linalg.LinAlgError), autograd.record():
            call(x)
        assert np.linalg.slogdet(x).sign.tolist() == [1.0, 0.0]
        assert np.linalg.slogdet(x).logabsdet.tolist() == [0.0, -numpy.inf]


def test_not_square(backend: str) -> None:
    with ud.use_backend(backend):
        for call in (np.linalg.inv, np.linalg.det, np.linalg.eigh, np.linalg.cholesky):
            with pytest.raises(ValueError, match="2, 3"):
                call(np.ones((2, 3)))


@pytest.mark.parametrize("rank", [1, 2])
def test_gradient_of_det_at_singular_matrices(rank: int, backend: str) -> None:
    """The cofactors, which vanish only below rank N - 1."""
    a = numpy.diag([1.0, 2.0, 0.0][:rank] + [0.0] * (3 - rank))
    with ud.use_backend(backend):
        gradcheck(np.linalg.det, [a])
        x = np.array(a)
        x.attach_grad()
        with autograd.record():
            y = np.linalg.det(x)
        y.backward()
        want = numpy.zeros((3, 3))
        want[2, 2] = 2.0 if rank == 2 else 0.0
        numpy.testing.assert_allclose(x.grad.asnumpy(), want, atol=1e-12)


def test_pinv_by_matrix(backend: str) -> None:
    a = numpy.random.default_rng(0).standard_normal((2, 3, 4))
    rtol = numpy.array([0.0, 0.9])
    want = numpy.linalg.pinv(a, rtol=rtol)
    with ud.use_backend(backend):
        got = np.linalg.pinv(np.array(a), rtol=np.array(rtol))
        numpy.testing.assert_allclose(got.asnumpy(), want, atol=1e-12)
