"""A dozen functions in the manner of NumPy code, on `unideep.np` and `autograd` alone.

Each returns what it found as tensors, and gives the same on every engine as on NumPy.
"""

from collections.abc import Callable
from typing import Any

import numpy
import pytest

import unideep as ud
from unideep import autograd, np

RNG = numpy.random.default_rng(0)
POINTS = RNG.standard_normal((60, 2)) + numpy.repeat([[0.0, 0.0], [5.0, 5.0], [0.0, 6.0]], 20, 0)
LABELS = numpy.repeat([0, 1, 2], 20)
TARGET = POINTS @ [1.5, -2.0] + 0.5 + 0.1 * RNG.standard_normal(60)
SPD = (lambda a: a @ a.T + numpy.eye(6))(RNG.standard_normal((6, 6)))
SIGNAL = numpy.sin(numpy.arange(64) * numpy.pi / 8) + 0.5 * RNG.standard_normal(64)


def k_means(x, steps=10):
    centers = np.array([x[i].tolist() for i in (0, 20, 40)], dtype=x.dtype)
    for _ in range(steps):
        nearest = np.argmin(((x[:, None] - centers) ** 2).sum(axis=-1), axis=1)
        for k in range(3):
            centers[k] = x[nearest == k].mean(axis=0)
    return centers, nearest


def pca(x):
    centered = x - x.mean(axis=0)
    _, s, vh = np.linalg.svd(centered, full_matrices=False)
    scores = centered @ vh.T
    return s**2 / (len(x) - 1), np.abs(scores)


def gaussian_process(x, y, at):
    def kernel(a, b):
        return np.exp(-0.5 * ((a[:, None] - b) ** 2).sum(axis=-1))

    lower = np.linalg.cholesky(kernel(x, x) + 0.1 * np.eye(len(x), dtype="float64"))
    alpha = np.linalg.solve(lower.T, np.linalg.solve(lower, y))
    v = np.linalg.solve(lower, kernel(x, at))
    return kernel(at, x) @ alpha, 1 - (v**2).sum(axis=0)


def kalman_filter(z):
    move = np.array([[1.0, 1.0], [0.0, 1.0]], dtype="float64")
    see = np.array([[1.0, 0.0]], dtype="float64")
    unit = np.eye(2, dtype="float64")
    x, p, found = np.zeros(2, dtype="float64"), 10.0 * unit, []
    for measured in z:
        x, p = move @ x, move @ p @ move.T + 0.01 * unit
        gain = p @ see.T @ np.linalg.inv(see @ p @ see.T + 0.25)
        x, p = x + gain @ (measured - see @ x), (unit - gain @ see) @ p
        found.append(x)
    return np.stack(found), p


def softmax_regression(x, labels, steps=30):
    w = np.zeros((2, 3), dtype="float64")
    w.attach_grad()
    truth = (labels[:, None] == np.arange(3)).astype("float64")
    for _ in range(steps):
        with autograd.record():
            scores = x @ w
            scores = scores - scores.max(axis=1, keepdims=True)
            log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
            loss = -(truth * log_p).sum(axis=1).mean()
        loss.backward()
        w -= 0.1 * w.grad
    return w, loss


def newton(start, steps=8):
    """The minimum of Rosenbrock's function; the Hessian is the gradient of each slope."""
    x = np.array(start.tolist(), dtype="float64")
    for _ in range(steps):
        x.attach_grad()
        with autograd.record():
            value = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
            (slope,) = autograd.grad(value, x, create_graph=True)
            rows = [autograd.grad(slope[i], x, retain_graph=True)[0] for i in range(2)]
        x = (x - np.linalg.solve(np.stack(rows), slope)).detach()
    return (x,)


def ridge_regression(x, y):
    a = np.concatenate([x, np.ones((len(x), 1), dtype="float64")], axis=1)
    direct = np.linalg.solve(a.T @ a + 1e-3 * np.eye(3, dtype="float64"), a.T @ y)
    return direct, np.linalg.lstsq(a, y)[0]


def power_iteration(a, steps=200):
    v = np.ones(len(a), dtype="float64")
    for _ in range(steps):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v, np.abs(v)


def gram_schmidt(a):
    basis: list[Any] = []
    for v in a:
        for q in basis:
            v = v - (q @ v) * q
        basis.append(v / np.linalg.norm(v))
    q = np.stack(basis)
    return q, q @ q.T


def low_pass(signal, keep=6):
    spectrum = np.fft.rfft(signal)
    spectrum[keep:] = 0
    return np.fft.irfft(spectrum, len(signal)), np.abs(spectrum)


def heat_equation(u, steps=50):
    for _ in range(steps):
        u[1:-1] += 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u, u.sum()


def runge_kutta(start, h=0.05, steps=40):
    """A pendulum: (angle, speed)."""

    def slope(s):
        return np.stack([s[1], -np.sin(s[0])])

    s, path = start, [start]
    for _ in range(steps):
        a = slope(s)
        b = slope(s + h / 2 * a)
        c = slope(s + h / 2 * b)
        s = s + h / 6 * (a + 2 * b + 2 * c + slope(s + h * c))
        path.append(s)
    return (np.stack(path),)


def markov_chain(rates):
    p = np.exp(rates)
    p = p / p.sum(axis=1, keepdims=True)
    n = len(p)
    a = np.concatenate([p.T - np.eye(n, dtype="float64"), np.ones((1, n), dtype="float64")])
    b = np.zeros(n + 1, dtype="float64")
    b[-1] = 1
    return np.linalg.pinv(a) @ b, np.linalg.matrix_power(p, 64)[0]


def conjugate_gradient(a, b):
    x, r = np.zeros_like(b), b
    p = r
    for _ in range(len(b)):
        ap = a @ p
        alpha = (r @ r) / (p @ ap)
        x, new = x + alpha * p, r - alpha * ap
        p, r = new + (new @ new) / (r @ r) * p, new
    return x, a @ x


FUNCTIONS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (k_means, (POINTS,)),
    (pca, (POINTS,)),
    (gaussian_process, (POINTS, TARGET, POINTS[::7] + 0.3)),
    (kalman_filter, (numpy.arange(20.0) + SIGNAL[:20],)),
    (softmax_regression, (POINTS, LABELS)),
    (newton, (numpy.array([-1.2, 1.0]),)),
    (ridge_regression, (POINTS, TARGET)),
    (power_iteration, (SPD,)),
    (gram_schmidt, (SPD,)),
    (low_pass, (SIGNAL,)),
    (heat_equation, (SIGNAL,)),
    (runge_kutta, (numpy.array([2.0, 0.0]),)),
    (markov_chain, (SPD / 10,)),
    (conjugate_gradient, (SPD, SIGNAL[:6])),
]


@pytest.mark.parametrize(("function", "arrays"), FUNCTIONS, ids=[f.__name__ for f, _ in FUNCTIONS])
def test_same_on_every_engine(
    function: Callable[..., Any], arrays: tuple[Any, ...], backend: str
) -> None:
    def run(name: str) -> list[Any]:
        with ud.use_backend(name):
            return [t.asnumpy() for t in function(*map(np.array, arrays))]

    for got, want in zip(run(backend), run("numpy"), strict=True):
        assert got.dtype == want.dtype
        numpy.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-9)


def test_what_is_known() -> None:
    """Where the answer has a closed form, NumPy's run has it."""
    (minimum,) = newton(np.array([-1.2, 1.0]))
    numpy.testing.assert_allclose(minimum.asnumpy(), [1.0, 1.0], rtol=1e-9)
    _, ax = conjugate_gradient(np.array(SPD), np.array(SIGNAL[:6]))
    numpy.testing.assert_allclose(ax.asnumpy(), SIGNAL[:6], rtol=1e-8)
    value, _ = power_iteration(np.array(SPD))
    numpy.testing.assert_allclose(float(value), numpy.linalg.eigvalsh(SPD)[-1], rtol=1e-9)
    stationary, rows = markov_chain(np.array(SPD / 10))
    numpy.testing.assert_allclose(stationary.asnumpy(), rows.asnumpy(), rtol=1e-9)
