"""The Trainer: steps, stale gradients, multipliers, moves between backends, files."""

import itertools

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon, np
from unideep.backend import backend_names
from unideep.errors import CheckpointError, GradientError, UniDeepError
from unideep.gluon import nn


def net_and_trainer(optimizer: str = "adam", **options: float):
    net = nn.Sequential(nn.Dense(5, activation="tanh", in_units=3), nn.Dense(2, in_units=5))
    net.initialize("xavier")
    return net, gluon.Trainer(net.collect_params(), optimizer, options)


def test_a_block_in_two_places_is_updated_once(backend: str) -> None:
    shared = nn.Dense(3, in_units=3, use_bias=False)
    net = nn.Sequential(shared, shared)
    net.initialize("ones")
    trainer = gluon.Trainer([*net.collect_params().values()], "sgd", {"learning_rate": 1.0})
    with autograd.record():
        loss = net(np.ones((1, 3))).sum()
    loss.backward()
    gradient = shared.weight.grad().asnumpy()
    trainer.step(1)
    numpy.testing.assert_array_equal(shared.weight.data().asnumpy(), 1 - gradient)


def train(net, trainer, steps: int, start: int = 0) -> list[float]:
    losses = []
    for i in range(start, start + steps):
        x = np.array(numpy.random.default_rng(i).standard_normal((4, 3)).astype("float32"))
        with autograd.record():
            loss = ((net(x) - 1) ** 2).sum()
        loss.backward()
        trainer.step(4)
        losses.append(float(loss))
    return losses


def test_a_gradient_that_was_never_computed_is_named(backend: str) -> None:
    net, trainer = net_and_trainer()
    with pytest.raises(GradientError, match=r"0\.weight, 0\.bias, 1\.weight, 1\.bias"):
        trainer.step(1)
    with autograd.record():
        loss = net[1](np.ones((1, 5))).sum()
    loss.backward()
    with pytest.raises(GradientError, match=r"0\.weight, 0\.bias since"):
        trainer.step(1)
    before = net[0].weight.data().asnumpy()
    trainer.step(1, ignore_stale_grad=True)
    numpy.testing.assert_array_equal(net[0].weight.data().asnumpy(), before)
    assert trainer.num_update == 1


def test_multipliers_and_null(backend: str) -> None:
    net, trainer = net_and_trainer("sgd", learning_rate=1.0)
    net[0].setattr("lr_mult", 0.0)
    net[1].bias.grad_req = "null"
    before = [p.data().asnumpy() for p in net.collect_params().values()]
    train(net, trainer, 1)
    after = [p.data().asnumpy() for p in net.collect_params().values()]
    assert [bool((a == b).all()) for a, b in zip(before, after, strict=True)] == [
        True, True, False, True,
    ]  # fmt: skip


def test_the_batch_size_divides(backend: str) -> None:
    w = gluon.Parameter(shape=(1,), init="zeros")
    w.initialize()
    trainer = gluon.Trainer([w], "sgd", {"learning_rate": 1.0})
    with autograd.record():
        loss = w.data() * 8
    loss.backward()
    assert w.grad().item() == 8
    trainer.step(4)
    assert w.data().item() == -2
    assert w.grad().item() == 8  # never written


def test_a_clipped_gradient_is_seen(backend: str) -> None:
    w = gluon.Parameter(shape=(2,), init="zeros")
    w.initialize()
    trainer = gluon.Trainer([w], "sgd", {"learning_rate": 1.0})
    with autograd.record():
        loss = (w.data() * np.array([6.0, 8.0])).sum()
    loss.backward()
    w.grad()[:] *= 0.1
    trainer.step(1)
    numpy.testing.assert_allclose(w.data().asnumpy(), [-0.6, -0.8], rtol=1e-6)


def test_schedules_and_set_learning_rate(backend: str) -> None:
    schedule = ud.lr_scheduler.FactorScheduler(step=1, factor=0.5, base_lr=1.0)
    net, trainer = net_and_trainer("sgd", lr_scheduler=schedule)
    with pytest.raises(UniDeepError, match="schedule"):
        trainer.set_learning_rate(1.0)
    train(net, trainer, 3)
    assert trainer.learning_rate == schedule(3)
    net, trainer = net_and_trainer("sgd", lr_scheduler=lambda n: 1.0 / n)
    train(net, trainer, 4)
    assert trainer.learning_rate == 0.25


@pytest.mark.parametrize(
    "schedule",
    [
        ud.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.2),
        ud.lr_scheduler.CosineScheduler(8, 0.2, 0.01, warmup_steps=3, warmup_begin_lr=0.05),
    ],
    ids=["factor", "warm-up and cosine"],
)
def test_schedules_advance_in_a_compiled_step(schedule, backend: str) -> None:
    w = gluon.Parameter(shape=(1,), dtype="float64", init="zeros")
    w.initialize()
    trainer = gluon.Trainer([w], "sgd", {"lr_scheduler": schedule})

    @ud.compile
    def step():
        with autograd.record():
            loss = -w.data().sum()
        loss.backward()
        trainer.step(1)

    found = [0.0]
    for _ in range(10):
        step()
        found.append(w.data().item())
    rates = [schedule(n) for n in range(1, 11)]
    numpy.testing.assert_allclose(numpy.diff(found), rates, rtol=1e-6)
    assert trainer.learning_rate == schedule(10)
    assert len(step.explain().versions) == 1


def accumulate(parts: int, compiled: bool) -> list[numpy.ndarray]:
    """Train on batches of 12 that come in `parts`."""
    ud.random.seed(1)
    net, trainer = net_and_trainer()
    if parts > 1:
        net.setattr("grad_req", "add")

    def part(x, is_last=False):
        with autograd.record():
            loss = ((net(x) - 1) ** 2).sum()
        loss.backward()
        if is_last:
            trainer.step(12)
            net.zero_grad()

    step = ud.compile(part) if compiled else part
    for i in range(4):
        batch = numpy.random.default_rng(i).standard_normal((12, 3)).astype("float32")
        *first, last = numpy.split(batch, parts)
        for x in first:
            step(np.array(x))
        step(np.array(last), is_last=True)
    return [p.data().asnumpy() for p in net.collect_params().values()]


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
def test_accumulated_parts_are_one_batch(compiled: bool, backend: str) -> None:
    want = accumulate(1, compiled=False)
    for got, w in zip(accumulate(3, compiled), want, strict=True):
        numpy.testing.assert_allclose(got, w, rtol=1e-4, atol=1e-5)


def test_states_survive_a_file(backend: str, tmp_path) -> None:
    ud.random.seed(1)
    net, trainer = net_and_trainer()
    train(net, trainer, 2)
    net.save_parameters(tmp_path / "net")
    trainer.save_states(tmp_path / "states")
    want = train(net, trainer, 3, start=2)
    other, second = net_and_trainer()
    other.load_parameters(tmp_path / "net")
    second.load_states(tmp_path / "states")
    assert second.num_update == 2
    numpy.testing.assert_allclose(train(other, second, 3, start=2), want, rtol=1e-6)
    third = gluon.Trainer(nn.Dense(1, in_units=1).collect_params(), "adam")
    with pytest.raises(CheckpointError):
        third.load_states(tmp_path / "states")


def test_parameters_are_asked_for(backend: str) -> None:
    with pytest.raises(UniDeepError, match="collect_params"):
        gluon.Trainer([np.ones(2)], "sgd")


def test_to_backend_carries_net_and_optimizer_along(backend: str, installed: list[str]) -> None:
    ud.random.seed(1)
    net, trainer = net_and_trainer()
    with ud.use_backend("numpy"):
        net.to_backend("numpy")
        want = train(net, trainer, 2 + 2 * len(installed))
    ud.random.seed(1)
    net, trainer = net_and_trainer()
    got = train(net, trainer, 2)
    for name in itertools.chain.from_iterable((other, backend) for other in installed):
        net.to_backend(name)
        with ud.use_backend(name):
            got += train(net, trainer, 1, start=len(got))
    numpy.testing.assert_allclose(got, want, rtol=1e-4)


def test_nets_on_all_backends_train_in_turn(installed: list[str]) -> None:
    nets = {}
    for name in installed:
        ud.random.seed(1)
        with ud.use_backend(name):
            nets[name] = net_and_trainer()
    losses: dict[str, list[float]] = {name: [] for name in installed}
    for i in range(4):
        for name, (net, trainer) in nets.items():
            with ud.use_backend(name):
                losses[name] += train(net, trainer, 1, start=i)
    for name in installed:
        numpy.testing.assert_allclose(losses[name], losses["numpy"], rtol=1e-4, err_msg=name)


def test_backends_do_not_mix(installed: list[str]) -> None:
    assert set(installed) <= set(backend_names())
    for name in installed[1:]:
        with ud.use_backend(name):
            x = np.ones(2)
        with pytest.raises(ud.errors.MixedBackendError, match="to_backend"):
            x + np.ones(2)
