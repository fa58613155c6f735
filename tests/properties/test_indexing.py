"""Any key that NumPy takes: reading, writing and the gradient; and any that it refuses."""

from typing import Any

import numpy
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from unideep import autograd, np

SHAPES = arrays.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)


@st.composite
def keys(draw: st.DrawFn) -> tuple[numpy.ndarray, Any]:
    """An array and a key for it: basic, integer arrays, masks, or all of them mixed."""
    shape = draw(SHAPES)
    x = numpy.arange(1.0, 1.0 + numpy.prod(shape)).reshape(shape)
    if draw(st.booleans()):
        return x, draw(arrays.basic_indices(shape, allow_newaxis=True, max_dims=5))
    if draw(st.booleans()):
        rows = st.tuples(*(st.just(n) for n in shape[: draw(st.integers(1, len(shape)))]))
        return x, draw(arrays.arrays(bool, draw(rows)))
    wide = draw(arrays.array_shapes(min_dims=1, max_dims=2, max_side=3))

    def entry(n: int) -> st.SearchStrategy[Any]:
        places = arrays.arrays(numpy.int64, wide, elements=st.integers(-n, n - 1))
        return st.one_of(places, st.slices(n), st.integers(-n, n - 1))

    return x, tuple(draw(entry(n)) for n in shape)


@given(keys())
@settings(max_examples=50)
def test_reading(backend: str, drawn: tuple[numpy.ndarray, Any]) -> None:
    x, key = drawn
    found = np.array(x)[key]
    assert found.shape == x[key].shape
    assert numpy.array_equal(found.asnumpy(), x[key])


@given(keys(), st.booleans())
@settings(max_examples=50)
def test_writing(backend: str, drawn: tuple[numpy.ndarray, Any], one: bool) -> None:
    x, key = drawn
    # Where an index stands twice NumPy keeps the last value; which one wins is not promised here.
    value = numpy.float64(-1.0) if one or _repeats(x, key) else -numpy.ones_like(x[key]) * x[key]
    y = np.array(x)
    y[key] = value
    want = x.copy()
    want[key] = value
    assert numpy.array_equal(y.asnumpy(), want)


def _repeats(x: numpy.ndarray, key: Any) -> bool:
    places = numpy.arange(x.size).reshape(x.shape)[key]
    return numpy.unique(places).size < places.size


@given(keys())
@settings(max_examples=50)
def test_gradients(backend: str, drawn: tuple[numpy.ndarray, Any]) -> None:
    x, key = drawn
    weights = numpy.arange(1.0, 1.0 + x[key].size).reshape(x[key].shape)
    t, v = np.array(x), np.array(weights)
    t.attach_grad()
    v.attach_grad()
    with autograd.record():
        read = (t[key] * weights).sum()
        y = t * 1.0
        y[key] = v * 2.0
        loss = read + (y * 3.0).sum()
    loss.backward()
    want = numpy.zeros_like(x)
    numpy.add.at(want, key, weights)
    kept = numpy.full_like(x, 3.0)
    kept[key] = 0.0
    assert t.grad is not None
    assert v.grad is not None
    assert numpy.allclose(t.grad.asnumpy(), want + kept)
    if not _repeats(x, key):
        assert numpy.allclose(v.grad.asnumpy(), numpy.full_like(weights, 6.0))


@given(SHAPES, st.integers(-9, 9), st.integers(0, 2))
@settings(max_examples=40)
def test_out_of_range(backend: str, shape: tuple[int, ...], place: int, axis: int) -> None:
    x = numpy.zeros(shape)
    key = (slice(None),) * axis + (place,)
    array = (slice(None),) * axis + (numpy.array([place]),)
    for k in (key, array):
        try:
            want = x[k]
        except IndexError:
            with pytest.raises(IndexError):
                np.array(x)[k]
        else:
            assert np.array(x)[k].shape == want.shape
