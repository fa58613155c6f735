"""The seed: the same draws everywhere, and none twice."""

import numpy

import unideep as ud
from unideep import np


def test_uniform_is_bit_equal_to_numpys_backend(backend: str) -> None:
    for dtype in ("float32", "float64"):
        ud.random.seed(3)
        got = np.random.uniform(size=(7, 5), dtype=dtype)
        ud.random.seed(3)
        with ud.use_backend("numpy"):
            want = np.random.uniform(size=(7, 5), dtype=dtype)
        assert got.dtype == dtype
        numpy.testing.assert_array_equal(got.asnumpy(), want.asnumpy())


def test_draws_do_not_repeat_and_follow_the_seed(backend: str) -> None:
    ud.random.seed(1)
    a, b = np.random.normal(size=8).tolist(), np.random.normal(size=8).tolist()
    ud.random.seed(1)
    assert np.random.normal(size=8).tolist() == a
    assert a != b
    ud.random.seed(2)
    assert np.random.normal(size=8).tolist() != a


def test_named_generators_differ_by_name_and_seed() -> None:
    ud.random.seed(0)
    a, b = (ud.random.generator(n).random(4).tolist() for n in ("a", "b"))
    assert a != b
    assert ud.random.generator("a").random(4).tolist() == a
    ud.random.seed(1)
    assert ud.random.generator("a").random(4).tolist() != a
