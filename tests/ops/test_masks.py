"""Booleans as indices: reading and writing, eager and compiled, against NumPy."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.errors import CompileError

X = numpy.arange(24.0).reshape(4, 3, 2) - 8
ROWS = numpy.array([True, False, True, True])
COLUMNS = numpy.array([False, True, True])
PLACES = X[..., 0] > 0

# mask key, and values that it takes: as many rows as it holds, one row, one number
WRITES = [
    (ROWS, numpy.arange(18.0).reshape(3, 3, 2)),
    (ROWS, numpy.arange(6.0).reshape(1, 3, 2)),
    ((slice(None), COLUMNS), numpy.arange(16.0).reshape(4, 2, 2)),
    ((slice(None), COLUMNS), numpy.arange(4.0).reshape(2, 2)),
    ((Ellipsis, COLUMNS, slice(None)), numpy.array([[5.0], [6.0]])),
    ((Ellipsis, numpy.array([True, False])), 3.0),
    (PLACES, numpy.arange(2.0 * PLACES.sum()).reshape(-1, 2)),
    (PLACES, numpy.array([1.0, 2.0])),
    (X > 3, numpy.arange(float((X > 3).sum()))),
]


def _tensors(key: object) -> object:
    """The key with its masks as tensors."""
    if isinstance(key, tuple):
        return tuple(map(_tensors, key))
    return np.array(key) if isinstance(key, numpy.ndarray) else key


@pytest.mark.parametrize("compiled", [False, True])
def test_writing(compiled: bool, backend: str) -> None:
    def step(x: np.ndarray, keys: list[object], values: list[object]) -> list[np.ndarray]:
        written = []
        for key, value in zip(keys, values, strict=True):
            y = x.copy()
            y[key] = value
            written.append(y)
        return written

    keys, values = [_tensors(k) for k, _ in WRITES], [np.array(v) for _, v in WRITES]
    run = ud.compile(step) if compiled else step
    for _ in range(2):
        found = run(np.array(X), keys, values)
    for y, (key, value) in zip(found, WRITES, strict=True):
        want = X.copy()
        want[key] = value
        assert numpy.array_equal(y.asnumpy(), want), key


def test_gradients_of_values_that_are_spread_in_a_compiled_step(backend: str) -> None:
    x, v = np.ones((4,)), np.array([2.0, 3.0, 4.0])

    @ud.compile
    def step(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x.attach_grad()
        v.attach_grad()
        with autograd.record():
            y = x * 1
            y[mask] = v
            loss = (y * np.array([1.0, 2.0, 3.0, 4.0])).sum()
        loss.backward()
        return x.grad * 1, v.grad * 1

    for _ in range(2):
        of_x, of_v = step(np.array(ROWS))
    assert of_x.tolist() == [0, 2, 0, 0]
    assert of_v.tolist() == [1, 3, 4]


def test_a_mask_of_numpy_is_a_constant_of_a_compiled_step(backend: str) -> None:
    @ud.compile
    def step(x: np.ndarray) -> list[np.ndarray]:
        y = x.copy()
        y[ROWS] += 1
        return [x[ROWS], x[:, COLUMNS], x[True], y]

    for _ in range(2):
        rows, columns, wide, y = step(np.array(X))
    assert numpy.array_equal(rows.asnumpy(), X[ROWS])
    assert numpy.array_equal(columns.asnumpy(), X[:, COLUMNS])
    assert wide.shape == (1, 4, 3, 2)
    assert numpy.array_equal(y.asnumpy(), X + ROWS[:, None, None])


@pytest.mark.parametrize("value", [5.0, [[7.0, 8.0, 9.0]]])
def test_masked_assignment_in_a_compiled_step(value: object, backend: str) -> None:
    @ud.compile
    def step(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
        y = x.copy()
        y[rows] = value
        y[y < 0] = 0.0
        return y

    rows = np.array([True, False, True])
    for shift in (0.0, 1.0, 2.0):
        x = np.arange(9.0).reshape(3, 3) - 4 + shift
        want = x.asnumpy()
        want[rows.asnumpy()] = value
        want[want < 0] = 0
        assert numpy.array_equal(step(x, rows).asnumpy(), want)


def test_a_mask_read_in_a_compiled_step_points_to_where(backend: str) -> None:
    @ud.compile
    def step(x: np.ndarray) -> np.ndarray:
        return x[x > 0].sum()

    x = np.array([1.0, -1.0])
    with pytest.raises(CompileError, match="where"):
        step(x)
        step(x)
