"""Any shapes: they broadcast where NumPy's do, to the same, and are refused where NumPy refuses."""

import numpy
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from unideep import autograd, np
from unideep.errors import ShapeError

SHAPES = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)


def _filled(shape: tuple[int, ...]) -> numpy.ndarray:
    return numpy.arange(1.0, 1.0 + numpy.prod(shape, dtype=int)).reshape(shape)


@given(st.lists(SHAPES, min_size=2, max_size=3))
@settings(max_examples=40)
def test_shapes_that_fit_or_not(backend: str, shapes: list[tuple[int, ...]]) -> None:
    tensors = [np.array(_filled(s)) for s in shapes]
    try:
        want = numpy.broadcast_shapes(*shapes)
    except ValueError:
        with pytest.raises(ShapeError):
            np.broadcast_arrays(*tensors)
        with pytest.raises(ShapeError):
            np.add(np.add(tensors[0], tensors[1]), tensors[-1])
        return
    assert np.broadcast_shapes(*shapes) == want
    assert [t.shape for t in np.broadcast_arrays(*tensors)] == [want] * len(shapes)
    assert np.add(np.add(tensors[0], tensors[1]), tensors[-1]).shape == want


@given(arrays.mutually_broadcastable_shapes(num_shapes=2, min_dims=0, max_dims=3, max_side=3))
@settings(max_examples=40)
def test_gradients_have_the_shapes_of_what_was_broadcast(
    backend: str, drawn: arrays.BroadcastableShapes
) -> None:
    a, b = (_filled(s) for s in drawn.input_shapes)
    x, y = np.array(a), np.array(b)
    x.attach_grad()
    y.attach_grad()
    with autograd.record():
        z = x * y
    z.backward()
    ones = numpy.ones(drawn.result_shape)
    for t, other in ((x, b), (y, a)):
        full = ones * other
        extra = tuple(range(full.ndim - t.ndim))
        kept = full.sum(extra)
        narrow = tuple(i for i, n in enumerate(t.shape) if n == 1)
        assert t.grad is not None
        assert numpy.allclose(t.grad.asnumpy(), kept.sum(narrow, keepdims=True))


@given(SHAPES, SHAPES)
@settings(max_examples=40)
def test_broadcast_to(backend: str, shape: tuple[int, ...], target: tuple[int, ...]) -> None:
    a = _filled(shape)
    try:
        want = numpy.broadcast_to(a, target)
    except ValueError:
        with pytest.raises(ShapeError):
            np.broadcast_to(np.array(a), target)
        return
    assert numpy.array_equal(np.broadcast_to(np.array(a), target).asnumpy(), want)
