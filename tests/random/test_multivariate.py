"""Distributions of vectors: moments, shapes, gradients, errors."""

import numpy
import pytest

from unideep import autograd, np
from unideep.errors import ArgumentError, LinAlgError, ShapeError


def test_multinomial(backend: str) -> None:
    p = [0.2, 0.5, 0.3]
    counts = np.random.multinomial(10, p, size=(50, 40))
    assert counts.shape == (50, 40, 3)
    assert counts.dtype == "int64"
    assert (counts.asnumpy().sum(-1) == 10).all()
    numpy.testing.assert_allclose(counts.asnumpy().mean((0, 1)), [2, 5, 3], atol=0.15)
    variance = counts.asnumpy().reshape(-1, 3).var(0)
    numpy.testing.assert_allclose(variance, [1.6, 2.5, 2.1], rtol=0.15)
    assert np.random.multinomial(1000, [1 / 6] * 6).sum().item() == 1000
    assert np.random.multinomial(0, p).tolist() == [0, 0, 0]
    with pytest.raises(ArgumentError, match="the sum of p is not 1"):
        np.random.multinomial(5, [0.5, 0.6])
    with pytest.raises(ArgumentError, match="n is negative"):
        np.random.multinomial(-1, p)


def test_dirichlet(backend: str) -> None:
    x = np.random.dirichlet([1.0, 2.0, 7.0], 5000).asnumpy()
    numpy.testing.assert_allclose(x.sum(-1), 1.0, rtol=1e-5)
    numpy.testing.assert_allclose(x.mean(0), [0.1, 0.2, 0.7], atol=0.01)
    numpy.testing.assert_allclose(x.var(0), numpy.array([0.09, 0.16, 0.21]) / 11, rtol=0.15)
    with pytest.raises(ArgumentError, match="alpha is not positive"):
        np.random.dirichlet([1.0, 0.0])


def test_multivariate_normal(backend: str) -> None:
    cov = [[2.0, 1.0], [1.0, 3.0]]
    x = np.random.multivariate_normal([1.0, 2.0], cov, 20_000).asnumpy()
    numpy.testing.assert_allclose(x.mean(0), [1, 2], atol=0.06)
    numpy.testing.assert_allclose(numpy.cov(x.T), cov, atol=0.15)
    batch = np.random.multivariate_normal(np.zeros((5, 2)), cov, size=(3,))
    assert batch.shape == (3, 5, 2)
    with pytest.raises(ShapeError, match="cov is not n by n"):
        np.random.multivariate_normal([1.0, 2.0], [[1.0]])
    with pytest.raises(LinAlgError):
        np.random.multivariate_normal([1.0, 2.0], [[1.0, 2.0], [2.0, 1.0]])


def test_multivariate_normal_has_gradients(backend: str) -> None:
    mean, cov = np.array([1.0, 2.0]), np.array([[4.0, 0.0], [0.0, 9.0]])
    mean.attach_grad()
    cov.attach_grad()
    with autograd.record():
        x = np.random.multivariate_normal(mean, cov)
    x.backward()
    assert mean.grad.tolist() == [1.0, 1.0]
    z = (x - mean).asnumpy() / [2.0, 3.0]  # L = sqrt(cov): its slope is 1 / (2 L)
    numpy.testing.assert_allclose(np.diagonal(cov.grad).asnumpy(), z / [4.0, 6.0], rtol=1e-4)
