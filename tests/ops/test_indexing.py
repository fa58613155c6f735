"""Indexing: against NumPy in float64; errors, masks, assignment, compiled steps."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.errors import ShapeError
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


@pytest.mark.parametrize(
    "key",
    [
        3,
        (0, -5),
        (slice(None), 4),
        [0, 3],
        [-4],
        (slice(None), [1, 4]),
        ([0, 0], [1, -5]),
        (7, [0]),
        (0, 0, 0),
        1.0,
        "a",
        [0.5],
        (..., 0, ...),
        [True, False],
        numpy.ones((3, 3), bool),
        (..., [True, False]),
    ],
    ids=str,
)
def test_what_is_no_index_raises_as_in_numpy(key: object, backend: str) -> None:
    reference = numpy.zeros((3, 4))
    with pytest.raises(IndexError):
        reference[key]
    x = np.zeros((3, 4))
    with pytest.raises(IndexError):
        x[key]
    with pytest.raises(IndexError):
        x[key] = 1.0
    assert (x == 0).all()


def test_indices_out_of_range_along_an_axis(backend: str) -> None:
    x = np.arange(6).reshape(2, 3)
    for call in (
        lambda: np.take(x, [0, 2], axis=0),
        lambda: np.take(x, 6),
        lambda: np.take_along_axis(x, np.array([[3], [0]]), 1),
        lambda: ud.npx.embedding(np.array([2]), np.ones((2, 3))),
        lambda: ud.npx.embedding(np.array([0, -1]), np.ones((2, 3))),
    ):
        with pytest.raises(IndexError):
            call()
    assert ud.npx.embedding(np.zeros((2, 0)), np.ones((2, 3))).shape == (2, 0, 3)
    assert np.take(x, [-7, 9], mode="clip").tolist() == [0, 5]
    assert np.take(x, [-1, 4], axis=1, mode="wrap").tolist() == [[2, 1], [5, 4]]


def test_values_that_do_not_fit_raise(backend: str) -> None:
    x = np.zeros((3, 4))
    mask = np.array([True, False, True])
    for key, value in [
        (0, np.ones(3)),
        (slice(0, 2), np.ones((3, 4))),
        ([0, 1], np.ones((3, 4))),
        (mask, np.ones((3, 4))),
        (mask, np.ones(3)),
        (x == 0, np.ones(5)),
    ]:
        with pytest.raises(ShapeError):
            x[key] = value


@pytest.mark.parametrize("flag", [True, False, numpy.True_, numpy.array(False)])
def test_booleans_as_indices(flag: bool, backend: str) -> None:
    reference = numpy.arange(6).reshape(2, 3)
    x = np.array(reference)
    for key in (flag, (flag, 1), (..., flag), (slice(None), flag), (flag, [1]), (None, flag)):
        assert numpy.array_equal(x[key].asnumpy(), reference[key])
        want, got = reference.copy(), x.copy()
        want[key], got[key] = 7, 7
        assert numpy.array_equal(got.asnumpy(), want)


def test_a_tensor_of_no_axes_as_index(backend: str) -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    i = np.array(1)
    assert x[i].tolist() == [3, 4]
    assert x[i, i].item() == 4
    assert x[:, i].tolist() == [2, 4]
    assert x[np.array(True)].shape == (1, 2, 2)
    x[i, 0] = 9
    assert x.tolist() == [[1, 2], [9, 4]]


def test_augmented_assignment(backend: str) -> None:
    x = np.arange(6.0).reshape(2, 3)
    x[0] += 1
    x[:, ::-2] *= 2
    x[[0, 0], 1] -= 5  # as in NumPy, an index that stands twice counts once
    x[x > 8] = 0
    assert x.tolist() == [[2, -3, 6], [6, 4, 0]]
    z = np.zeros_like(x)
    z[:] = x
    x[:] = 1
    assert z.tolist() == [[2, -3, 6], [6, 4, 0]]


def test_gradients_go_to_both_sides_of_an_assignment(backend: str) -> None:
    x, v = np.ones((3, 2)), np.array([2.0, 3.0])
    mask = np.array([[True, False], [False, False], [True, True]])
    for t in (x, v):
        t.attach_grad()
    with autograd.record():
        y = x * 2
        y[1] = v * v
        y[mask] = 0.0
        y[2] += v
        loss = (y * y).sum()
    loss.backward()
    assert y.tolist() == [[0, 2], [4, 9], [2, 3]]
    assert x.grad.tolist() == [[0, 8], [0, 0], [0, 0]]
    assert v.grad.tolist() == [32 + 4, 108 + 6]


def test_indices_in_a_compiled_step(backend: str) -> None:
    @ud.compile
    def step(x: np.ndarray, i: np.ndarray, j: np.ndarray) -> list[np.ndarray]:
        y = x.copy()
        y[i, j] += 10.0
        return [x[i], x[:, j], x[i, j], np.take_along_axis(x, j[None], 1), x[::-1, None], y]

    x = np.arange(12.0).reshape(3, 4)
    for i, j in (([0, 2], [1, -1]), ([1, -3], [0, 2])):
        got = step(x, np.array(i), np.array(j))
        n = x.asnumpy()
        want = n.copy()
        want[i, j] += 10
        along = numpy.take_along_axis(n, numpy.array([j]), 1)
        for g, w in zip(got, [n[i], n[:, j], n[i, j], along, n[::-1, None], want], strict=True):
            assert numpy.array_equal(g.asnumpy(), w)


def test_a_mask_without_elements_chooses_nothing(backend: str) -> None:
    x = np.ones((2, 3))
    for mask in (np.zeros((0,), dtype=bool), np.zeros((2, 0), dtype=bool)):
        assert x[mask].shape == numpy.ones((2, 3))[mask.asnumpy()].shape
        x[mask] = 5.0
    assert (x == 1).all()
    with pytest.raises(IndexError, match="a mask of shape"):
        x[np.zeros((1, 3), dtype=bool)]


def test_unsigned_integers_are_taken_along_an_axis(backend: str) -> None:
    for dtype in ("uint8", "uint16", "uint32", "uint64"):
        x = np.array([3, 4], dtype=dtype)
        assert np.take_along_axis(x, np.array([1, 0]), 0).tolist() == [4, 3]
