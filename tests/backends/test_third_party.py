"""A backend from outside: registered by a call, it passes the conformance suite."""

from collections.abc import Iterator

import pytest

import unideep as ud
from unideep import np
from unideep.backend import Backend
from unideep.gluon import nn
from unideep.testing import conformance


def load() -> Backend:
    """NumPy under another name, with one operation of its own."""
    from unideep_numpy.backend import NumpyBackend

    class PlainBackend(NumpyBackend):
        name = "plain"

        def __init__(self) -> None:
            self.ops = {**NumpyBackend.ops, "square": lambda x: x * x}

    return PlainBackend()


@pytest.fixture
def plain() -> Iterator[str]:
    ud.register_backend("plain", load)
    yield "plain"
    ud.backend._registered.pop("plain")
    ud.backend._loaded.pop("plain", None)


def test_it_conforms(plain: str) -> None:
    assert conformance(plain) > 500


def test_it_is_used_like_ours(plain: str) -> None:
    with ud.use_backend(plain):
        net = nn.Dense(2)
        net.initialize()
        assert net(np.ones((1, 3))).backend == "plain"
    with pytest.raises(ud.errors.MixedBackendError):
        net(np.ones((1, 3)).to_backend("numpy"))


def test_what_it_lacks_is_named(plain: str) -> None:
    backend = ud.backend.get_backend(plain)
    backend.ops.pop("exp")
    with pytest.raises(ud.errors.UniDeepError, match="lacks primitives: exp"):
        conformance(plain)
    with ud.use_backend(plain), pytest.raises(ud.errors.UnsupportedOpError, match="'exp'"):
        np.exp(np.ones(2))
