"""Clipping by the norm of all gradients, eager and compiled."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon, np
from unideep.errors import ArgumentError
from unideep.gluon import nn
from unideep.gluon.utils import clip_global_norm

X = [numpy.random.default_rng(i).standard_normal((4, 3)).astype("float32") for i in range(4)]


def test_large_norms_are_scaled_and_small_ones_left(backend: str) -> None:
    arrays = [np.array([3.0, 0.0]), np.array([[4.0]], dtype="float64")]
    handles = list(arrays)
    assert clip_global_norm(arrays, 10.0) == pytest.approx(5.0)
    assert [x.tolist() for x in arrays] == [[3.0, 0.0], [[4.0]]]
    assert clip_global_norm(arrays, 2.5) == pytest.approx(5.0)
    assert all(a is b for a, b in zip(arrays, handles, strict=True))
    assert [str(x.dtype) for x in arrays] == ["float32", "float64"]
    numpy.testing.assert_allclose(arrays[0].asnumpy(), [1.5, 0.0], rtol=1e-6)
    numpy.testing.assert_allclose(arrays[1].asnumpy(), [[2.0]], rtol=1e-6)


def test_half_precision_does_not_overflow(backend: str) -> None:
    x = np.array([300.0, 400.0], dtype="float16")
    assert clip_global_norm([x], 5.0) == pytest.approx(500.0)
    assert x.tolist() == [3.0, 4.0]


def test_a_norm_that_is_not_finite_warns(backend: str) -> None:
    x = np.array([float("inf"), 1.0])
    with pytest.warns(UserWarning, match="inf"):
        clip_global_norm([x], 1.0)
    norm = clip_global_norm([np.array([3.0, 4.0])], 1.0, check_isfinite=False)
    assert isinstance(norm, ud.Tensor)
    assert float(norm) == 5.0
    with pytest.raises(ArgumentError, match="nothing to clip"):
        clip_global_norm([], 1.0)


def train(compiled: bool, max_norm: float) -> tuple[list[float], list[numpy.ndarray]]:
    ud.random.seed(1)
    net = nn.Sequential(nn.Dense(5, activation="tanh", in_units=3), nn.Dense(2, in_units=5))
    net.initialize("xavier")
    params = net.collect_params()
    trainer = gluon.Trainer(params, "sgd", {"learning_rate": 0.1, "momentum": 0.9})

    def step(x):
        with autograd.record():
            loss = ((net(x) - 1) ** 2).sum()
        loss.backward()
        norm = clip_global_norm([p.grad() for p in params.values()], max_norm)
        trainer.step(1)
        return norm

    step = ud.compile(step) if compiled else step
    norms = [float(step(np.array(x))) for x in X]
    return norms, [p.data().asnumpy() for p in params.values()]


def test_compiled_steps_clip_as_eager_ones(backend: str) -> None:
    (norms, eager), (found, compiled) = train(False, 0.5), train(True, 0.5)
    assert min(norms) > 0.5
    numpy.testing.assert_allclose(found, norms, rtol=1e-5)
    for a, b in zip(compiled, eager, strict=True):
        numpy.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
    unclipped = train(False, 1e9)[1]
    assert any(abs(a - b).max() > 0.01 for a, b in zip(unclipped, eager, strict=True))
