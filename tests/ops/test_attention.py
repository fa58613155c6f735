"""Attention: values, dtypes and gradients against NumPy in float64."""

import math

import numpy
import pytest

import unideep as ud
from unideep import autograd, np, npx
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


def qkv(*shape: int, keys: int | None = None) -> list[np.ndarray]:
    rng = numpy.random.default_rng(0)
    sizes = [shape, *[(*shape[:2], keys or shape[2], shape[3])] * 2]
    return [np.array(rng.standard_normal(s).astype("float32")) for s in sizes]


@pytest.mark.parametrize("kind", ["boolean", "additive"])
def test_a_query_that_sees_no_key_gets_zero_and_no_gradient(kind: str, backend: str) -> None:
    q, k, v = qkv(2, 2, 4, 3)
    allowed = numpy.ones((4, 4), bool)
    allowed[1] = False
    hidden = numpy.where(allowed, 0.0, -numpy.inf).astype("float32")
    mask = np.array(allowed if kind == "boolean" else hidden)
    for x in (q, k, v):
        x.attach_grad()
    with autograd.record():
        y = npx.scaled_dot_product_attention(q, k, v, mask)
        loss = (y * y).sum()
    loss.backward()
    assert (y.asnumpy()[:, :, 1] == 0).all()
    assert (y.asnumpy()[:, :, 0] != 0).all()
    assert (q.grad.asnumpy()[:, :, 1] == 0).all()
    assert all(numpy.isfinite(x.grad.asnumpy()).all() for x in (q, k, v))


def test_an_additive_mask_has_a_gradient_of_zero_where_it_hides(backend: str) -> None:
    q, k, v = qkv(1, 1, 2, 3)
    bias = np.array([[0.0, -math.inf], [0.5, 0.0]])
    bias.attach_grad()
    with autograd.record():
        loss = (npx.scaled_dot_product_attention(q, k, v, bias) * v).sum()
    loss.backward()
    got = bias.grad.asnumpy()
    assert got[0].tolist() == [0, 0]
    assert (got[1] != 0).all()


@pytest.mark.parametrize("masked", [False, True])
def test_second_derivatives_agree_with_numpys(masked: bool, backend: str) -> None:
    def penalty(name: str) -> list[numpy.ndarray]:
        with ud.use_backend(name):
            xs = [x.astype("float64") for x in qkv(2, 2, 3, 4)]
            mask = np.array([[True, False, True]]) if masked else None
            for x in xs:
                x.attach_grad()
            with autograd.record():
                y = npx.scaled_dot_product_attention(*xs, mask, is_causal=True)
                gradients = autograd.grad((y * y).sum(), xs, create_graph=True)
                loss = sum((g * g).sum() for g in gradients)
            loss.backward()
            return [x.grad.asnumpy() for x in xs]

    for got, want in zip(penalty(backend), penalty("numpy"), strict=True):
        numpy.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-10)


def test_dropped_weights_are_numpys_and_only_in_training(backend: str) -> None:
    def run(name: str) -> numpy.ndarray:
        ud.random.seed(3)
        with ud.use_backend(name), autograd.train_mode():
            q, k, _ = qkv(2, 2, 4, 4)
            eye = np.array(numpy.broadcast_to(numpy.eye(4, dtype="float32"), (2, 2, 4, 4)))
            return npx.scaled_dot_product_attention(q, k, eye, dropout=0.5).asnumpy()

    got = run(backend)
    numpy.testing.assert_array_equal(got == 0, run("numpy") == 0)
    assert 0 < (got == 0).mean() < 1
    q, k, v = qkv(2, 2, 4, 4)
    plain, dropped = (npx.scaled_dot_product_attention(q, k, v, dropout=p) for p in (0.0, 0.5))
    numpy.testing.assert_array_equal(plain.asnumpy(), dropped.asnumpy())


def test_in_a_compiled_step(backend: str) -> None:
    xs = qkv(2, 3, 5, 4)
    for x in xs:
        x.attach_grad()

    def step(q, k, v):
        with autograd.record():
            y = npx.scaled_dot_product_attention(q, k, v, is_causal=True)
            loss = (y * y).sum()
        loss.backward()
        return loss

    loss, want = step(*xs), [x.grad.asnumpy() for x in xs]
    compiled = ud.compile(step)
    for _ in range(3):
        numpy.testing.assert_allclose(float(compiled(*xs)), float(loss), rtol=1e-5)
    for x, w in zip(xs, want, strict=True):
        numpy.testing.assert_allclose(x.grad.asnumpy(), w, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        (((2, 3, 4), (2, 3, 4), (2, 3, 4)), "four axes"),
        (((2, 4, 3, 5), (1, 4, 3, 5), (1, 4, 3, 5)), "one batch size"),
        (((2, 4, 3, 5), (2, 4, 3, 6), (2, 4, 3, 6)), "head size"),
        (((2, 4, 3, 5), (2, 4, 3, 5), (2, 4, 6, 5)), "keys and values"),
        (((2, 4, 3, 5), (2, 3, 3, 5), (2, 3, 3, 5)), "heads of key"),
        (((2, 4, 3, 5), (2, 4, 6, 5), (2, 4, 6, 5), (6, 3)), "mask does not broadcast"),
        (((2, 1, 3, 5), (2, 1, 6, 5), (2, 1, 6, 5), (2, 3, 6)), "mask does not broadcast"),
    ],
)
def test_wrong_shapes_are_told(shapes, text, backend: str) -> None:
    with pytest.raises(ud.errors.ShapeError, match=text):
        npx.scaled_dot_product_attention(*(np.ones(s) for s in shapes))


def test_integers_and_lists_become_floats(backend: str) -> None:
    x = [[[[1, 2], [3, 4]]]]
    y = npx.scaled_dot_product_attention(x, np.array(x), x)
    assert y.shape == (1, 1, 2, 2)
    assert y.dtype is ud.dtype.as_dtype("float32")


def test_a_mask_of_integers_is_refused_and_a_wide_one_does_not_widen(backend: str) -> None:
    xs = qkv(1, 1, 2, 2)
    with pytest.raises(ud.errors.DTypeError, match="booleans, or floats"):
        npx.scaled_dot_product_attention(*xs, np.array([[1, 0]]))
    wide = numpy.zeros((2, 2), dtype="float64")
    assert npx.scaled_dot_product_attention(*xs, wide).dtype is xs[0].dtype


def test_dropout_has_to_be_a_probability(backend: str) -> None:
    with pytest.raises(ValueError, match="a probability"):
        npx.scaled_dot_product_attention(*qkv(1, 1, 2, 2), dropout=1.0)


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_half_precision_stays_half(name: str, backend: str) -> None:
    xs = [x.astype(name) for x in qkv(2, 2, 4, 8)]
    for x in xs:
        x.attach_grad()
    with autograd.record():
        y = npx.scaled_dot_product_attention(*xs, is_causal=True)
    y.backward()
    want = npx.scaled_dot_product_attention(*qkv(2, 2, 4, 8), is_causal=True).asnumpy()
    numpy.testing.assert_allclose(y.astype("float32").asnumpy(), want, atol=0.05)
    assert {x.grad.dtype for x in xs} | {y.dtype} == {ud.dtype.as_dtype(name)}
