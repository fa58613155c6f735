"""Positions: formulas, offsets, lengths."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.gluon import nn


def test_sinusoidal_is_the_papers_formula(backend: str) -> None:
    x = numpy.random.default_rng(0).standard_normal((2, 6, 8)).astype("float32")
    layer = nn.SinusoidalPositionalEmbedding(8)
    p, i = numpy.arange(6)[:, None], numpy.arange(4)
    angle = p / 10000 ** (2 * i / 8)
    table = numpy.stack([numpy.sin(angle), numpy.cos(angle)], -1).reshape(6, 8)
    numpy.testing.assert_allclose(layer(np.array(x)).asnumpy(), x + table, rtol=1e-5, atol=1e-6)
    wide = np.array(x.astype("float64"))
    numpy.testing.assert_allclose(layer(wide).asnumpy(), x + table, rtol=1e-12, atol=1e-12)


def rotated(x: numpy.ndarray, first: int, interleaved: bool) -> numpy.ndarray:
    """Pairs as complex numbers."""
    *_, time, size = x.shape
    angle = (first + numpy.arange(time))[:, None] / 10000 ** (numpy.arange(0, size, 2) / size)
    half = size // 2
    a, b = (x[..., 0::2], x[..., 1::2]) if interleaved else (x[..., :half], x[..., half:])
    z = (a + 1j * b) * numpy.exp(1j * angle)
    parts = [z.real, z.imag]
    if interleaved:
        return numpy.stack(parts, -1).reshape(x.shape)
    return numpy.concatenate(parts, -1)


@pytest.mark.parametrize("interleaved", [False, True])
def test_rotary_turns_pairs(interleaved: bool, backend: str) -> None:
    x = numpy.random.default_rng(0).standard_normal((2, 3, 5, 8)).astype("float32")
    layer = nn.RotaryPositionalEmbedding(interleaved=interleaved)
    for first, offset in ((0, 0), (7, 7), (7, np.array(7))):
        got = layer(np.array(x), offset).asnumpy()
        numpy.testing.assert_allclose(got, rotated(x, first, interleaved), rtol=1e-5, atol=1e-5)


def test_rotary_products_depend_on_the_distance(backend: str) -> None:
    q, k = numpy.random.default_rng(0).standard_normal((2, 1, 1, 1, 8)).astype("float32")
    layer = nn.RotaryPositionalEmbedding()
    near, far = (
        float((layer(np.array(q), 3 + shift) * layer(np.array(k), shift)).sum())
        for shift in (0, 11)
    )
    numpy.testing.assert_allclose(near, far, rtol=1e-4, atol=1e-5)


def test_learned_positions_learn(backend: str) -> None:
    layer = nn.LearnedPositionalEmbedding(6, 4)
    layer.initialize("normal")
    x = np.zeros((2, 3, 4))
    table = layer.weight.data().asnumpy()
    for offset in (2, np.array(2)):
        numpy.testing.assert_array_equal(layer(x, offset).asnumpy()[1], table[2:5])
    with autograd.record():
        loss = layer(x).sum()
    loss.backward()
    assert layer.weight.grad().asnumpy()[:, 0].tolist() == [2, 2, 2, 0, 0, 0]


def test_what_is_too_long_or_odd_is_told(backend: str) -> None:
    layer = nn.LearnedPositionalEmbedding(6, 4)
    layer.initialize()
    with pytest.raises(ud.errors.ShapeError, match="max_length=7"):
        layer(np.zeros((1, 7, 4)))
    with pytest.raises(ud.errors.ShapeError, match="max_length=8"):
        layer(np.zeros((1, 3, 4)), 5)
    with pytest.raises(ud.errors.ShapeError, match="no pairs"):
        nn.RotaryPositionalEmbedding()(np.zeros((1, 1, 2, 3)))
    with pytest.raises(ud.errors.ArgumentError, match="even"):
        nn.SinusoidalPositionalEmbedding(5)


@pytest.mark.parametrize(
    "layer", [nn.SinusoidalPositionalEmbedding(4), nn.RotaryPositionalEmbedding()]
)
def test_hybridized_with_an_offset_that_moves(layer, backend: str) -> None:
    x, offset = np.ones((1, 1, 2, 4)), np.array(0)
    want = [layer(x, t).asnumpy() for t in range(4)]
    layer.hybridize()
    for w in want:
        numpy.testing.assert_allclose(layer(x, offset).asnumpy(), w, rtol=1e-5, atol=1e-6)
        offset += 1
    layer.hybridize(False)
