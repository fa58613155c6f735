"""`random.use("native")`: the engine's own generator."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np, npx
from unideep.errors import UnknownNameError


def draws() -> list[numpy.ndarray]:
    ud.random.seed(4)
    samples = [
        np.random.normal(size=(3, 2)),
        np.random.uniform(size=5, dtype="float64"),
        np.random.bernoulli(0.5, size=20),
        npx.dropout(np.ones((4, 5)), 0.5, mode="always"),
        np.random.randint(100, size=3),
    ]
    return [s.asnumpy() for s in samples]


def are_equal(a: list[numpy.ndarray], b: list[numpy.ndarray]) -> list[bool]:
    return [numpy.array_equal(x, y) for x, y in zip(a, b, strict=True)]


def test_native_draws_repeat_and_are_others(backend: str) -> None:
    philox = draws()
    with ud.random.use("native"):
        native = draws()
        assert all(are_equal(native, draws()))
        with ud.random.use("philox"):
            assert all(are_equal(philox, draws()))
        assert all(are_equal(native, draws()))
    assert all(are_equal(philox, draws()))
    assert are_equal(native, philox) == [False, False, False, False, True]  # integers stay


def test_a_call_switches_the_process() -> None:
    philox = draws()
    ud.random.use("native")
    native = draws()
    ud.random.use("philox")
    assert not any(are_equal(native, philox)[:4])
    assert all(are_equal(philox, draws()))


def test_distributions(backend: str) -> None:
    with ud.random.use("native"):
        for dtype in ("float32", "float64"):
            u = np.random.uniform(size=20_001, dtype=dtype)
            z = np.random.normal(size=20_001, dtype=dtype)
            assert u.dtype == z.dtype == dtype
            u, z = u.asnumpy(), z.asnumpy()
            assert u.min() >= 0
            assert u.max() < 1
            numpy.testing.assert_allclose(
                numpy.percentile(u, [25, 50, 75]), [0.25, 0.5, 0.75], atol=0.02
            )
            numpy.testing.assert_allclose(numpy.percentile(z, [16, 50, 84]), [-1, 0, 1], atol=0.05)
        assert np.random.normal().shape == ()
        assert np.random.uniform(size=(0, 2)).shape == (0, 2)


def test_compiled_steps_follow_the_switch(backend: str) -> None:
    @ud.compile
    def step(x: ud.Tensor) -> ud.Tensor:
        x.attach_grad()
        with autograd.record():
            y = npx.dropout(x, 0.5).sum() + np.random.normal(x, 1.0).sum()
        y.backward()
        assert x.grad is not None
        return x.grad * 1

    def run() -> list[numpy.ndarray]:
        ud.random.seed(6)
        return [step(np.ones((4, 5))).asnumpy() for _ in range(4)]

    philox = run()
    with ud.random.use("native"):
        native = run()
        assert are_equal(native, run())[0]
    assert all(are_equal(philox, run()))
    assert not any(are_equal(native, philox))
    assert not numpy.array_equal(native[2], native[3])
    assert set(numpy.concatenate(native).ravel()) == {1.0, 3.0}


def test_an_unknown_source() -> None:
    with pytest.raises(UnknownNameError, match="no source of random numbers"):
        ud.random.use("mersenne")
