"""The counter-based generator: known answers, equality between backends, statistics."""

import numpy
import pytest

import unideep as ud
from unideep import np
from unideep.ops.random import philox_rounds

# Random123's known answers for philox4x32-10: counter, key, result.
KNOWN = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer, backend: str) -> None:
    words = philox_rounds([np.array([c]) for c in counter], [np.array(k) for k in key])
    assert [w.item() for w in words] == answer


def test_uniform_is_bit_equal_to_numpys_backend(backend: str) -> None:
    for dtype in ("float32", "float64"):
        ud.random.seed(3)
        got = np.random.uniform(size=(7, 5), dtype=dtype)
        ud.random.seed(3)
        with ud.use_backend("numpy"):
            want = np.random.uniform(size=(7, 5), dtype=dtype)
        assert got.dtype == dtype
        numpy.testing.assert_array_equal(got.asnumpy(), want.asnumpy())


def test_moments(backend: str) -> None:
    u = np.random.uniform(-1, 3, size=20_000).asnumpy()
    assert abs(u.mean() - 1) < 0.03
    assert u.min() >= -1
    assert u.max() < 3
    z = np.random.normal(2.0, 0.5, size=20_000).asnumpy()
    assert abs(z.mean() - 2) < 0.02
    assert abs(z.std() - 0.5) < 0.02
    assert abs(ud.random.bernoulli(0.3, size=20_000).asnumpy().mean() - 0.3) < 0.02


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
