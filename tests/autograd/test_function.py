"""`autograd.Function`: a gradient of the author's own, eager, compiled and hybridized."""

from typing import Any

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.errors import GradientError, ShapeError
from unideep.gluon import nn


class Cube(autograd.Function):
    """x**3, whose gradient is ten times too large, so that one sees who computed it."""

    def forward(self, x: Any) -> Any:
        self.save_for_backward(x)
        return x**3

    def backward(self, dy: Any) -> Any:
        (x,) = self.saved_tensors
        return 30 * dy * x**2


class Sigmoid(autograd.Function):
    """Saves its output."""

    def forward(self, x: Any) -> Any:
        y = 1 / (1 + np.exp(-x))
        self.save_for_backward(y)
        return y

    def backward(self, dy: Any) -> Any:
        (y,) = self.saved_tensors
        return dy * y * (1 - y)


class Scaled(autograd.Function):
    """Two outputs, an integer input, a value in between, and what is no tensor."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def forward(self, x: Any, n: Any, w: Any) -> Any:
        between = x * w
        self.save_for_backward(between, n, w, x)
        return between * self.factor, [between + n, n][0]

    def backward(self, da: Any, db: Any) -> Any:
        between, n, w, x = self.saved_tensors
        assert n.dtype == "int64"
        g = da * self.factor + db + 0 * between
        return g * w, None, g * x


def test_the_gradient_is_the_author_s(backend: str) -> None:
    x = np.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = Cube()(x * 1) + x
    y.backward()
    assert y.tolist() == [2, 10]
    assert x.grad.tolist() == [31, 121]


def test_outside_record_it_is_its_forward(backend: str) -> None:
    assert Cube()(np.array(2.0)).item() == 8


@pytest.mark.parametrize("compiled", [False, True])
def test_several_inputs_and_outputs(backend: str, compiled: bool) -> None:
    def step(x, n, w):
        x.attach_grad()
        w.attach_grad()
        with autograd.record():
            a, b = Scaled(3.0)(x, n, w)
            loss = (a + 2 * b).sum()
        return (loss, *autograd.grad(loss, [x, w]))

    run = ud.compile(step) if compiled else step
    for _ in range(3):
        x, w = np.array([1.0, 2.0]), np.array([3.0, 5.0])
        loss, dx, dw = run(x, np.array([1, 1]), w)
    assert loss.item() == 3 * 13 + 2 * 15
    assert dx.tolist() == [15, 25]
    assert dw.tolist() == [5, 10]


@pytest.mark.parametrize("compiled", [False, True])
def test_second_derivatives_see_inputs_and_outputs(backend: str, compiled: bool) -> None:
    def step(x):
        x.attach_grad()
        with autograd.record():
            y = Sigmoid()(x) + Cube()(x)
            (first,) = autograd.grad(y, x, create_graph=True)
        (second,) = autograd.grad(first, x)
        return first, second

    run = ud.compile(step) if compiled else step
    for _ in range(3):
        first, second = run(np.array([0.5, -1.0]))
    x = numpy.array([0.5, -1.0])
    y = 1 / (1 + numpy.exp(-x))
    numpy.testing.assert_allclose(first.asnumpy(), y * (1 - y) + 30 * x**2, rtol=1e-5)
    expected = y * (1 - y) * (1 - 2 * y) + 60 * x
    numpy.testing.assert_allclose(second.asnumpy(), expected, rtol=1e-5)


def test_in_a_hybridized_block(backend: str) -> None:
    class Net(nn.HybridBlock):
        def forward(self, x: Any) -> Any:
            return Cube()(x) * 2

    net = Net()
    net.hybridize()
    x = np.array([1.0, 2.0])
    x.attach_grad()
    for _ in range(3):
        with autograd.record():
            y = net(x)
        y.backward()
        assert x.grad.tolist() == [60, 240]


def test_a_training_step_goes_through(backend: str) -> None:
    net = nn.Dense(2)
    net.initialize()
    trainer = ud.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})

    @ud.compile
    def step(x):
        with autograd.record():
            loss = ((Sigmoid()(net(x)) - 0.9) ** 2).mean()
        loss.backward()
        trainer.step(1)
        return loss

    losses = [step(np.ones((4, 3))).item() for _ in range(10)]
    assert losses[-1] < 0.5 * losses[0]


def test_complex_gradients_follow_the_convention(backend: str) -> None:
    class Product(autograd.Function):
        def forward(self, z: Any, w: Any) -> Any:
            self.save_for_backward(z, w)
            return z * w

        def backward(self, dy: Any) -> Any:
            z, w = self.saved_tensors
            return dy * np.conj(w), dy * np.conj(z)

    found = []
    for product in (lambda z, w: z * w, lambda z, w: Product()(z, w)):
        z, w = np.array([1 + 2j, 3 - 1j]), np.array([2 - 1j, 1j])
        z.attach_grad()
        w.attach_grad()
        with autograd.record():
            loss = (np.abs(product(z, w)) ** 2).sum() + np.real(product(z, w)).sum()
        loss.backward()
        found.append((z.grad.asnumpy(), w.grad.asnumpy()))
    numpy.testing.assert_allclose(found[1], found[0], rtol=1e-5)


def test_an_instance_is_called_once(backend: str) -> None:
    cube = Cube()
    cube(np.array(2.0))
    with pytest.raises(GradientError, match="called before"):
        cube(np.array(2.0))


@pytest.mark.parametrize(
    ("backward", "error"),
    [(lambda self, dy: (dy, dy), GradientError), (lambda self, dy: dy.sum(), ShapeError)],
)
def test_what_backward_returns_is_checked(backend: str, backward: Any, error: Any) -> None:
    wrong = type("Wrong", (Cube,), {"backward": backward})
    x = np.ones(3)
    x.attach_grad()
    with autograd.record():
        y = wrong()(x)
    with pytest.raises(error, match="backward of Wrong"):
        y.backward()
