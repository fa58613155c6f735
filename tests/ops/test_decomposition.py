"""Decomposition: values, dtypes and gradients against NumPy in float64."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.autograd import gradcheck
from unideep.testing import Case, cases_of, check

SMOOTH = [c for c in cases_of("decomposition") if c.differentiable]


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


@pytest.mark.parametrize("call", SMOOTH, ids=str)
def test_second_derivatives(call: Case, backend: str) -> None:
    with ud.use_backend(backend):
        gradcheck(*call.of_floats(), order=2, tolerance=2e-4)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (2, 0, 3), (0, 2, 2)], ids=str)
def test_zero_size(shape: tuple[int, ...], backend: str) -> None:
    x = numpy.zeros(shape, "float32")
    with ud.use_backend(backend):
        for full in (True, False):
            want = numpy.linalg.svd(x, full)
            assert [p.shape for p in np.linalg.svd(np.array(x), full)] == [p.shape for p in want]
        for mode in ("reduced", "complete"):
            want = numpy.linalg.qr(x, mode)  # pyright: ignore
            assert [p.shape for p in np.linalg.qr(np.array(x), mode)] == [p.shape for p in want]
        if shape[-1] == shape[-2]:
            assert np.linalg.cholesky(np.array(x)).shape == shape
            assert np.linalg.eigh(np.array(x))[0].shape == shape[:-1]
            assert np.linalg.eigvals(np.array(x)).shape == shape[:-1]


def test_equal_eigenvalues_have_finite_gradients(backend: str) -> None:
    """Sums over all of them, and the space of a group of them, have their true gradient."""
    rng = numpy.random.default_rng(0)
    turn, _ = numpy.linalg.qr(rng.standard_normal((4, 4)))
    a = turn @ numpy.diag([1.0, 1.0, 1.0, 3.0]) @ turn.T

    def spectrum(x):
        w, v = np.linalg.eigh(x + x.T)
        space = np.matmul(v[:, :3], v[:, :3].T)
        return np.concat([np.reshape(np.sum(w**3), (1,)), np.reshape(space, (-1,))])

    with ud.use_backend(backend):
        gradcheck(spectrum, [a], tolerance=1e-4)


def test_equal_singular_values_have_finite_gradients(backend: str) -> None:
    with ud.use_backend(backend):
        gradcheck(lambda x: np.sum(np.linalg.svdvals(x) ** 2), [numpy.eye(3)])
        gradcheck(lambda x: np.sum(np.linalg.svd(x)[1]), [numpy.eye(3)])


@pytest.mark.parametrize("matrix", [[[1.0, 2.0], [2.0, 1.0]], [[-1.0, 0.0], [0.0, 1.0]]], ids=str)
def test_not_positive_definite(matrix: list[list[float]], backend: str) -> None:
    with ud.use_backend(backend):
        x = np.array(matrix)
        with pytest.raises(np.linalg.LinAlgError, match="x \\(2, 2\\)"):
            np.linalg.cholesky(x)
        x.attach_grad()
        with pytest.raises(numpy.linalg.LinAlgError), autograd.record():
            np.linalg.cholesky(x)


def test_integers_and_results_by_name(backend: str) -> None:
    with ud.use_backend(backend):
        x = np.array([[2, 1], [1, 3]])
        assert np.linalg.cholesky(x).dtype == "float32"
        assert np.linalg.qr(x).Q.dtype == np.linalg.svd(x).Vh.dtype == "float32"
        assert np.linalg.eigh(x).eigenvalues.dtype == "float32"
        assert np.linalg.eig(x).eigenvectors.dtype == "complex64"


def test_compiled(backend: str) -> None:
    with ud.use_backend(backend):
        a, w = map(np.array, numpy.random.default_rng(0).standard_normal((2, 3, 3)))
        w.attach_grad()

        def step(x):
            with autograd.record():
                s = np.matmul(w, x)
                d = np.linalg.svd(s).S
                lower = np.linalg.cholesky(np.matmul(s, s.T) + 2.0 * np.eye(3, dtype="float64"))
                y = np.sum(lower) + np.sum(d) + np.sum(np.linalg.qr(x + w).R ** 2)
            y.backward()
            return y, w.grad

        compiled = ud.compile(step)
        y, g = step(a)
        y, g = float(y), g.asnumpy()
        for _ in range(3):
            z, h = compiled(a)
            numpy.testing.assert_allclose(float(z), y, rtol=1e-9)
            numpy.testing.assert_allclose(h.asnumpy(), g, rtol=1e-6)  # XLA iterates
