"""A hybridized Block: compiled forward, one differentiable node inside record()."""

import numpy

import unideep as ud
from unideep import autograd, gluon, np
from unideep.gluon import nn


def make() -> nn.HybridSequential:
    ud.random.seed(1)
    net = nn.HybridSequential()
    net.add(nn.Dense(6, activation="tanh"), nn.BatchNorm(), nn.Dense(2))
    net.initialize("xavier")
    return net


def train(net: nn.HybridSequential, steps: int = 5) -> tuple[list[float], list[numpy.ndarray]]:
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    x = np.array(numpy.random.default_rng(0).standard_normal((8, 3)).astype("float32"))
    losses = []
    for _ in range(steps):
        with autograd.record():
            loss = (net(x) ** 2).mean()
        loss.backward()
        trainer.step(1)
        losses.append(float(loss))
    outs = [net(x).asnumpy() for _ in range(3)]  # inference: running statistics
    return losses, [*outs, *(p.data().asnumpy() for p in net.collect_params().values())]


def test_training_is_the_same_as_eager(backend: str) -> None:
    eager, hybrid = make(), make()
    hybrid.hybridize()
    want_losses, want = train(eager)
    losses, got = train(hybrid)
    numpy.testing.assert_allclose(losses, want_losses, rtol=1e-4)
    for a, b in zip(got, want, strict=True):
        numpy.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_second_derivatives_go_through(backend: str) -> None:
    net = nn.Dense(1, in_units=2)
    net.initialize("ones")
    net.hybridize()
    x = np.array([[0.3, 0.4]])
    x.attach_grad()
    for _ in range(3):
        with autograd.record():
            y = (net(x) ** 3).sum()
            (g,) = autograd.grad(y, x, create_graph=True)
            loss = (g * g).sum()
        loss.backward()
        # y = s³, g = 3 s² (1, 1), loss = 18 s⁴, d loss / dx = 72 s³
        numpy.testing.assert_allclose(x.grad.asnumpy(), [[72 * 0.343] * 2], rtol=1e-4)


class Twice(nn.HybridBlock):
    """A tensor in two places of the output, beside an input as it came."""

    def forward(self, a, b):
        y = a * a + b
        return y, [y, a, b]


def test_a_tensor_given_or_returned_twice_has_one_gradient_for_each_use(backend: str) -> None:
    net = Twice()
    net.hybridize()
    x = np.array([2.0, 3.0])
    x.attach_grad()
    for _ in range(3):
        with autograd.record():
            y, (same, a, b) = net(x, x)
            loss = (5 * y + 7 * same + 11 * a * b).sum()
        loss.backward()
        # y = x² + x, loss = 12 y + 11 x²
        numpy.testing.assert_allclose(x.grad.asnumpy(), [12 * 5 + 44, 12 * 7 + 66], rtol=1e-5)


def test_it_is_a_part_of_a_compiled_step(backend: str) -> None:
    net = make()
    net.hybridize()
    step = ud.compile(lambda x: net(x).sum())
    x = np.ones((4, 3))
    want = float(net(x).sum())
    assert [round(float(step(x)), 4) for _ in range(3)] == [round(want, 4)] * 3


def test_switching_off_and_a_changed_net(backend: str) -> None:
    net = make()
    net.hybridize()
    x = np.ones((4, 3))
    for _ in range(3):
        net(x)
    assert net.explain() is not None
    net.add(nn.Dense(5))
    net[3].initialize()
    assert net(x).shape == (4, 5)
    net.hybridize(False)
    assert net.explain() is None
    assert net(x).shape == (4, 5)
