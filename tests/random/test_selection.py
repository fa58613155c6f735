"""Integers of a range, choices, permutations, categories."""

import numpy
import pytest

import unideep as ud
from unideep import np
from unideep.errors import ArgumentError, DTypeError, ShapeError


def frequencies(x: ud.Tensor, n: int) -> numpy.ndarray:
    return numpy.bincount(x.asnumpy().ravel(), minlength=n) / x.size


def test_randint_takes_ranges_of_every_size(backend: str) -> None:
    assert set(np.random.randint(3, size=100).tolist()) == {0, 1, 2}
    assert np.random.randint(7, 8, size=3).tolist() == [7, 7, 7]
    for low, high, dtype in [
        (0, 2**31, "int64"),
        (0, 2**32, "uint32"),
        (-(2**31), 2**31, "int32"),
        (5, 3 * 2**61, "int64"),
        (0, 256, "uint8"),
    ]:
        x = np.random.randint(low, high, 5000, dtype=dtype)
        values = x.asnumpy().astype("float64")
        assert x.dtype == dtype
        assert values.min() >= low
        assert values.max() < high
        assert abs((values.mean() - low) / (high - low) - 0.5) < 0.02
    bounds = np.random.randint(np.array([1, 10, 100]), size=(50, 3)).asnumpy()
    assert (bounds < [1, 10, 100]).all()
    assert bounds.max() > 50


def test_bad_ranges() -> None:
    with pytest.raises(ArgumentError, match="does not fit uint8"):
        np.random.randint(0, 257, dtype="uint8")
    with pytest.raises(ArgumentError, match="does not fit int64"):
        np.random.randint(-(2**63), 2**63)
    with pytest.raises(DTypeError, match="integers"):
        np.random.randint(3, dtype="float32")
    with pytest.raises(TypeError, match="integer"):
        np.random.randint(2.5)


def test_permutation_and_shuffle(backend: str) -> None:
    first, second = (np.random.permutation(n).tolist() for n in (50, numpy.int64(50)))
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    x = np.arange(20).reshape(10, 2)
    y = np.random.permutation(x)
    assert x.tolist() == np.arange(20).reshape(10, 2).tolist() != y.tolist()
    np.random.shuffle(x)
    assert sorted(x.tolist()) == sorted(y.tolist()) == np.arange(20).reshape(10, 2).tolist()
    firsts = [np.random.permutation(3)[0].item() for _ in range(300)]
    assert min(numpy.bincount(firsts)) > 60
    with pytest.raises(DTypeError, match="shuffle changes a tensor"):
        np.random.shuffle([1, 2])


def test_choice(backend: str) -> None:
    assert np.random.choice(5, (2, 3)).shape == (2, 3)
    assert np.random.choice(5).shape == np.random.choice(numpy.int64(5)).shape == ()
    assert set(np.random.choice(np.array([2.5, 7.5]), 50).tolist()) == {2.5, 7.5}
    assert np.random.choice(np.zeros((4, 3)), 2).shape == (2, 3)
    p = [0.2, 0.5, 0.0, 0.3]
    assert abs(frequencies(np.random.choice(4, 20_000, p=p), 4) - p).max() < 0.02
    assert sorted(np.random.choice(6, (2, 3), replace=False).asnumpy().ravel()) == list(range(6))
    assert sorted(np.random.choice(4, 3, False, p).tolist()) == [0, 1, 3]
    firsts = [np.random.choice(3, 2, False, [0.1, 0.3, 0.6])[0].item() for _ in range(300)]
    assert abs(numpy.bincount(firsts) / 300 - [0.1, 0.3, 0.6]).max() < 0.1


def test_bad_choices(backend: str) -> None:
    with pytest.raises(ArgumentError, match="more are to be chosen"):
        np.random.choice(3, 4, replace=False)
    with pytest.raises(ArgumentError, match="the sum of p is not 1"):
        np.random.choice(3, p=[0.5, 0.5, 0.5])
    with pytest.raises(ArgumentError, match="negative"):
        np.random.choice(3, p=[1.5, -0.5, 0.0])
    with pytest.raises(ShapeError, match="one probability for each"):
        np.random.choice(3, p=[0.5, 0.5])
    with pytest.raises(ArgumentError, match="nothing to choose from"):
        np.random.choice(0, 1)
    with pytest.raises(ArgumentError, match="has not 2 above 0"):
        np.random.choice(3, 2, replace=False, p=[1.0, 0.0, 0.0])


def test_categorical(backend: str) -> None:
    p = numpy.array([0.2, 0.5, 0.3])
    x = ud.random.categorical(np.array(numpy.log([p, p[::-1]])), 10_000)
    assert x.shape == (10_000, 2)
    assert abs(frequencies(x[:, 0], 3) - p).max() < 0.02
    assert abs(frequencies(x[:, 1], 3) - p[::-1]).max() < 0.02
    assert ud.random.categorical(np.zeros((2, 3, 4)), axis=1).shape == (2, 4)
