"""Parameters that broadcast, shapes and dtypes."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np, npx
from unideep.errors import DTypeError, ShapeError


def test_parameters_broadcast(backend: str) -> None:
    loc = np.array([0.0, 100.0, 200.0])
    assert np.random.normal(loc, np.array([[1.0], [2.0]])).shape == (2, 3)
    assert np.random.uniform([0.0, 5.0], 10.0, size=(4, 2)).shape == (4, 2)
    means = np.random.normal(loc, 1.0, size=(500, 3)).mean(0).asnumpy()
    numpy.testing.assert_allclose(means, [0, 100, 200], atol=0.3)
    assert np.random.normal(np.zeros(2, dtype="float64")).dtype == "float64"
    assert np.random.normal(numpy.float64(0.0)).dtype == "float32"
    assert np.random.normal().shape == ()
    assert np.random.rand(2, 3).shape == np.random.randn(2, 3).shape == (2, 3)
    assert np.random.rand().shape == ()
    assert np.random.normal(size=(0, 3)).shape == (0, 3)
    assert npx.random.normal_n(loc, 1.0, (4, 2)).shape == (4, 2, 3)
    assert npx.random.uniform_n(0.0, [1.0, 2.0], 5).shape == (5, 2)
    assert np.random.normal(loc, ctx=ud.cpu()).device == ud.cpu()


def test_the_shape_of_gamma_gets_no_gradient(backend: str) -> None:
    shape, scale = np.array([3.0]), np.array([2.0])
    shape.attach_grad()
    scale.attach_grad()
    with autograd.record():
        y = np.random.gamma(shape, scale, size=4)
    y.backward()
    assert shape.grad.tolist() == [0.0]
    assert scale.grad.item() == pytest.approx(y.sum().item() / 2.0, rel=1e-5)


def test_bad_shapes_and_dtypes(backend: str) -> None:
    with pytest.raises(ShapeError, match="do not broadcast to the size"):
        np.random.normal(np.zeros(3), 1.0, size=(2, 2))
    with pytest.raises(ShapeError, match="negative"):
        np.random.normal(size=(2, -1))
    with pytest.raises(DTypeError, match="floats"):
        np.random.normal(size=2, dtype="int32")
