"""Read this first: what UniDeep is, in six small tests. Each runs on every installed backend."""

import numpy

import unideep as ud
from unideep import autograd, gluon, np
from unideep.gluon import nn


def test_arrays_are_numpys_on_any_engine(backend: str) -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert (x @ x + 1).sum(axis=0).tolist() == [24.0, 34.0]
    assert x.backend == backend


def test_a_tensor_is_a_handle_that_can_be_written(backend: str) -> None:
    x = np.zeros(3)
    x[1:] += 2
    assert x.tolist() == [0, 2, 2]


def test_what_is_recorded_can_be_differentiated(backend: str) -> None:
    x = np.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = (x**3).sum()
    y.backward()
    assert x.grad.tolist() == [3, 12]


def line(seed: int = 0):
    """A net with one weight and one bias, its trainer, and points on y = 2 x + 1."""
    ud.random.seed(seed)
    net = nn.Dense(1, in_units=1)
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    x = np.array(numpy.linspace(-1, 1, 16, dtype="float32").reshape(16, 1))
    return net, trainer, x, 2 * x + 1


def test_the_loop_is_imperative(backend: str) -> None:
    net, trainer, x, y = line()
    for _ in range(100):
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(x), y)
        loss.backward()
        trainer.step(len(x))
    assert abs(net.weight.data().item() - 2) < 0.1
    assert abs(net.bias.data().item() - 1) < 1e-3


def test_the_same_loop_compiles(backend: str) -> None:
    net, trainer, x, y = line()
    count = np.zeros((), dtype="int64")

    @ud.compile
    def step(x, y):
        nonlocal count
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(x), y)
        loss.backward()
        trainer.step(len(x))
        count += 1  # any tensor from outside is state of the program
        return loss.mean()

    losses = [float(step(x, y)) for _ in range(5)]
    assert losses == sorted(losses, reverse=True)
    assert count.item() == 5


def test_a_seed_gives_the_same_weights_on_every_backend(backend: str) -> None:
    here = line(seed=3)[0].weight.data().asnumpy()
    with ud.use_backend("numpy"):
        assert (here == line(seed=3)[0].weight.data().asnumpy()).all()
