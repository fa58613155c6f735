"""Optimizers against NumPy written from the formulas, eager and compiled."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon, np
from unideep.errors import UnknownNameError

W = numpy.array([[1.0, -2.0], [0.5, 3.0]])
X = [numpy.random.default_rng(i).standard_normal((2, 2)) for i in range(4)]


def sgd(w, grads, momentum=0.0, lr=0.1, wd=0.0, clip=None):
    m = numpy.zeros_like(w)
    for g in grads:
        g = g if clip is None else numpy.clip(g, -clip, clip)
        m = momentum * m - lr * (g + wd * w)
        w = w + m
    return w


def adam(w, grads, lr=0.01, b1=0.9, b2=0.999, eps=1e-8, wd=0.0, decoupled=False):
    m, v = numpy.zeros_like(w), numpy.zeros_like(w)
    for t, g in enumerate(grads, 1):
        g = g if decoupled else g + wd * w
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        rate = lr * numpy.sqrt(1 - b2**t) / (1 - b1**t)
        w = w - rate * (m / (numpy.sqrt(v) + eps) + (wd * w if decoupled else 0))
    return w


CASES = [
    ("sgd", {"learning_rate": 0.1}, sgd(W, X)),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.1}, sgd(W, X, 0.9, wd=0.1)),
    ("sgd", {"learning_rate": 0.1, "clip_gradient": 0.3}, sgd(W, X, clip=0.3)),
    ("adam", {"learning_rate": 0.01}, adam(W, X)),
    ("adam", {"learning_rate": 0.01, "beta1": 0.5, "wd": 0.1}, adam(W, X, b1=0.5, wd=0.1)),
    ("adamw", {"learning_rate": 0.01, "wd": 0.1}, adam(W, X, eps=1e-6, wd=0.1, decoupled=True)),
]


def run(name: str, options: dict, compiled: bool) -> numpy.ndarray:
    w = gluon.Parameter(shape=(2, 2), dtype="float64", init=ud.init.Constant(W))
    w.initialize()
    trainer = gluon.Trainer([w], name, options)

    def step(x):
        with autograd.record():
            loss = (w.data() * x).sum()
        loss.backward()
        trainer.step(1)

    step = ud.compile(step) if compiled else step
    for x in X:
        step(np.array(x))
    return w.data().asnumpy()


@pytest.mark.parametrize(("name", "options", "want"), CASES, ids=lambda v: str(v)[:50])
def test_eager_steps_follow_the_formula(name, options, want, backend: str) -> None:
    numpy.testing.assert_allclose(run(name, options, compiled=False), want, rtol=1e-12)


@pytest.mark.parametrize(("name", "options", "want"), CASES[1:4:2] + CASES[5:], ids=str)
def test_compiled_steps_follow_the_formula(name, options, want, backend: str) -> None:
    numpy.testing.assert_allclose(run(name, options, compiled=True), want, rtol=1e-12)


def test_unknown_optimizer_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean 'sgd'\?.*adam"):
        gluon.Trainer([], "sdg")


def test_adam_agrees_with_float32_updates(backend: str) -> None:
    w = gluon.Parameter(shape=(2, 2), init=ud.init.Constant(W))
    w.initialize()
    trainer = gluon.Trainer([w], "adam", {"learning_rate": 0.01})
    for x in X:
        with autograd.record():
            loss = (w.data() * np.array(x.astype("float32"))).sum()
        loss.backward()
        trainer.step(1)
    assert w.data().dtype is ud.float32
    numpy.testing.assert_allclose(w.data().asnumpy(), adam(W, X), rtol=1e-4)
