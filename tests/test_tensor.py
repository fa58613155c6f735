"""The handle: NumPy's behaviour of operators, conversions and in-place writes."""

import copy
import math
import pickle

import numpy
import pytest

import unideep as ud
from unideep import np
from unideep.errors import DTypeError, ShapeError


def test_facts(backend: str) -> None:
    x = np.array([[1, 2, 3], [4, 5, 6]])
    assert (x.shape, x.ndim, x.size, len(x), x.dtype) == ((2, 3), 2, 6, 2, ud.int64)
    assert np.array([1.5]).dtype is ud.float32
    assert np.array(numpy.ones(2)).dtype is ud.float64
    assert x.T.shape == (3, 2)
    assert isinstance(x, np.ndarray)


def test_operators_promote_like_the_table(backend: str) -> None:
    i, f, d = np.array([1, 2]), np.array([1.0, 2.0]), np.ones(2, dtype="float64")
    h, b = np.ones(2, dtype="bfloat16"), np.array([True, False])
    want = {
        "int64": [i + 1, i * i, i // 2, i % 2, -i, 2**i, b + i, b + 1],
        "float32": [i + f, i / 2, i + 1.5, f + 1, 1 - f, f**2, f // 1, i / i, h + f, b + f],
        "float64": [f + d, d + 1.5, i + d, 1 / d],
        "bfloat16": [h + 1.5, h * 2, h + i],
        "bool": [i > 1, f == 1.0, b & b, ~b, b | b, b ^ b],
    }
    for dtype, results in want.items():
        assert [str(r.dtype) for r in results] == [dtype] * len(results)


def test_reflected_operators_and_numpy_values(backend: str) -> None:
    x = np.array([1.0, 2.0])
    assert (3 - x).tolist() == [2, 1]
    assert (2 / x).tolist() == [2, 1]
    assert (2**x).tolist() == [2, 4]
    assert (numpy.array([1.0, 1.0], dtype="float32") + x).tolist() == [2, 3]
    assert (x * numpy.float64(2)).dtype is ud.float32
    assert (numpy.float32(2) * x).tolist() == [2, 4]
    assert sum([x, x]).tolist() == [2, 4]
    assert math.sqrt(np.array(4.0)) == 2


def test_in_place_keeps_the_handle(backend: str) -> None:
    x = np.array([1.0, 2.0])
    same, view = x, x[:]
    x += 1
    x *= 2
    x[0] = 10
    x[1:] = np.array([7])
    assert same is x
    assert x.tolist() == [10, 7]
    assert view.tolist() == [1, 2]
    with pytest.raises(ShapeError, match="in-place"):
        x += np.ones((2, 2))
    i = np.array([1, 2])
    with pytest.raises(DTypeError, match="in-place"):
        i += 0.5
    assert i.tolist() == [1, 2]


def test_conversions(backend: str) -> None:
    x = np.array(2.5)
    assert (float(x), int(x), bool(x), x.item()) == (2.5, 2, True, 2.5)
    assert f"{x:.2f}" == "2.50"
    assert [10, 20, 30][np.array(1)] == 20
    assert [r.tolist() for r in np.array([[1, 2], [3, 4]])] == [[1, 2], [3, 4]]
    assert 3 in np.array([1, 3])
    with pytest.raises(ValueError, match="one element"):
        bool(np.ones(2))
    with pytest.raises(TypeError):
        float(np.ones(2))
    with pytest.raises(TypeError):
        len(x)
    with pytest.raises(TypeError):
        [1, 2][x]
    with pytest.raises(ShapeError, match="item"):
        np.ones(3).item()


def test_repr_tells_backend_and_device(backend: str) -> None:
    text = repr(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert text.startswith("array([[1., 2.],")
    assert f"dtype=float32, backend={backend!r}, device=cpu(0))" in text
    assert str(np.array([1, 2])) == "[1 2]"


def test_copies(backend: str) -> None:
    x = np.array([1.0, 2.0])
    for other in (x.copy(), copy.deepcopy(x), pickle.loads(pickle.dumps(x)), np.array(x)):
        x[0] = 5
        assert other.tolist() == [1, 2]
        assert other.backend == backend
        x[0] = 1
    y = np.zeros(2)
    assert x.copyto(y) is y
    assert y.tolist() == [1, 2]


def test_errors_tell_shapes_dtypes_and_backend(backend: str) -> None:
    with pytest.raises(ShapeError) as caught:
        np.ones((2, 3)) @ np.ones((4, 5))
    assert f"x (2, 3) float32, y (4, 5) float32 on {backend}" in str(caught.value)
    with pytest.raises(ShapeError, match=r"\(2,\).*\(3,\)"):
        np.ones(2) + np.ones(3)
    with pytest.raises(ShapeError, match="axis 2 is out of range"):
        np.ones((2, 3)).sum(axis=2)
    with pytest.raises(ShapeError, match="twice"):
        np.ones((2, 3)).sum(axis=(0, -2))
    with pytest.raises(DTypeError, match="same length"):
        np.array([[1], [1, 2]])
    with pytest.raises(DTypeError, match="did you mean 'float32'"):
        np.ones(2, dtype="flaot32")


def test_nan_and_infinity_pass_through(backend: str) -> None:
    x = np.array([numpy.nan, numpy.inf, -numpy.inf, 0.0])
    assert np.isnan(x + 1).tolist() == [True, False, False, False]
    assert (1 / x).tolist()[1:] == [0, 0, math.inf]
    assert np.isinf(np.exp(x)).tolist() == [False, True, False, False]
    assert np.isnan(np.log(x - 1)).tolist()[2:] == [True, True]
