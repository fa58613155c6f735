"""`ud.compile`: what a step reads and rebinds is found, and errors leave no mark."""

import warnings

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon, np
from unideep.errors import CompileError, GradientError, ShapeError
from unideep.gluon import nn


def test_an_accumulator_outside_keeps_counting(backend: str) -> None:
    total, count = np.zeros(()), np.zeros((), dtype="int64")

    @ud.compile
    def add(x):
        nonlocal total, count
        total += x.sum()
        count += 1
        return total * 2

    found = [float(add(np.ones(3) * i)) for i in range(5)]
    assert found == [0, 6, 18, 36, 60]
    assert (total.item(), count.item()) == (30, 5)
    total[...] = 100
    assert float(add(np.ones(3))) == 206


def test_a_step_with_everything(backend: str) -> None:
    """Two nets, BatchNorm, Dropout, two trainers with a schedule, an accumulator: as eager."""
    eager = run_step(compiled=False)
    compiled = run_step(compiled=True)
    for name, values in eager.items():
        numpy.testing.assert_allclose(compiled[name], values, rtol=1e-4, atol=1e-8, err_msg=name)


def run_step(compiled: bool) -> dict[str, object]:
    ud.random.seed(3)
    first, second = nn.HybridSequential(), nn.Dense(1)
    first.add(nn.Dense(8), nn.BatchNorm(), nn.Activation("relu"), nn.Dropout(0.3), nn.Dense(4))
    for net in (first, second):
        net.initialize("xavier")
        net.cast("float64")  # Adam turns the rounding of a zero gradient into a whole step
    schedule = ud.lr_scheduler.FactorScheduler(step=2, factor=0.5, base_lr=0.1)
    trainers = [
        gluon.Trainer(first.collect_params(), "adam", {"lr_scheduler": schedule}),
        gluon.Trainer(second.collect_params(), "sgd", {"momentum": 0.9, "learning_rate": 0.05}),
    ]
    seen = np.zeros(())

    def step(x):
        nonlocal seen
        with autograd.record():
            h = first(x)
            a = (second(h.detach()) ** 2).mean()
        a.backward()
        trainers[1].step(1)
        with autograd.record():
            b = ((second(first(x)) - 1) ** 2).mean()
        b.backward()
        trainers[0].step(1)
        seen += 1
        return a, {"b": b}

    step = ud.compile(step) if compiled else step
    rng = numpy.random.default_rng(0)
    losses = []
    for _ in range(7):
        a, rest = step(np.array(rng.standard_normal((6, 5))))
        losses.append([float(a), float(rest["b"])])
        first[0].weight.grad()  # once read, it is returned from the step
    if compiled and ud.backend.current_backend().compiles:
        assert step.explain().retraces == 0
        assert "compiled in" in str(step.explain())
    state = {f"first.{k}": p.data().asnumpy() for k, p in first.collect_params().items()}
    state |= {f"second.{k}": p.data().asnumpy() for k, p in second.collect_params().items()}
    state["grad"] = first[0].weight.grad().asnumpy()
    return {**state, "losses": losses, "seen": seen.item(), "lr": trainers[0].learning_rate}


def test_a_gradient_used_up_inside_is_returned_once_it_was_read(backend: str) -> None:
    net = nn.Dense(1, in_units=2)
    net.initialize("one")
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.0})

    @ud.compile
    def step(x):
        with autograd.record():
            loss = net(x).sum()
        loss.backward()
        trainer.step(1)
        return loss

    for _ in range(3):
        step(np.array([[1.0, 2.0]]))
    if ud.backend.current_backend().compiles:
        with pytest.raises(GradientError, match="used this gradient up"):
            net.weight.grad()
    step(np.array([[3.0, 4.0]]))
    assert net.weight.grad().tolist() == [[3.0, 4.0]]
    net.zero_grad()
    assert net.weight.grad().tolist() == [[0.0, 0.0]]


def test_state_made_in_the_first_run_costs_no_further_trace(backend: str) -> None:
    net = nn.HybridSequential()
    net.add(*(nn.Dense(3) for _ in range(6)))
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "adam")
    runs, runs_without_state = [], []

    @ud.compile
    def stateless(x):
        runs_without_state.append(1)
        return x.sum()

    @ud.compile
    def step(x):
        runs.append(1)
        with autograd.record():
            loss = net(x).sum()
        loss.backward()
        trainer.step(1)
        return loss

    for _ in range(4):
        step(np.ones((2, 3)))
        stateless(np.ones((2, 3)))
    assert len(runs) == len(runs_without_state)


def test_an_array_made_inside_is_a_constant_of_the_program(backend: str) -> None:
    rows = numpy.arange(60.0).reshape(20, 3)
    scaled = ud.compile(lambda x: x * np.array(rows))
    for i in range(4):
        numpy.testing.assert_array_equal(scaled(np.full((20, 3), float(i))).asnumpy(), rows * i)


def test_random_numbers_differ_from_call_to_call_and_repeat_with_the_seed(backend: str) -> None:
    draw = ud.compile(lambda: np.random.uniform(size=(4,)))
    ud.random.seed(5)
    first = [draw().tolist() for _ in range(3)]
    ud.random.seed(5)
    again = [draw().tolist() for _ in range(3)]
    ud.random.seed(5)
    eager = [np.random.uniform(size=(4,)).tolist() for _ in range(3)]
    assert first == again == eager
    assert first[1] != first[2]


def test_conversions_inside_name_the_line_and_leave_state_untouched(backend: str) -> None:
    w = np.ones(2)

    def check(bad):
        @ud.compile
        def step(x):
            nonlocal w
            w += x
            return bad(w.sum())

        for _ in range(2):
            with pytest.raises(CompileError, match=r"test_compile\.py:\d+"):
                step(np.ones(2))
        assert w.tolist() == [1, 1]

    check(lambda t: float(t))
    check(lambda t: t.asnumpy())
    check(lambda t: 1 if t else 2)
    check(lambda t: print(t))
    check(lambda t: t.item())


def test_a_shape_error_inside_leaves_state_and_counters_untouched(backend: str) -> None:
    net = nn.Dense(2, in_units=3)
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "adam")
    before = net.weight.data().asnumpy()

    @ud.compile
    def step(x, y):
        with autograd.record():
            loss = net(x).mean()
        loss.backward()
        trainer.step(1)
        return loss + y

    with pytest.raises(ShapeError):
        step(np.ones((4, 3)), np.ones((4, 3, 5))[0, :, :2].T.reshape(3, 2)[:2].T @ np.ones((3, 1)))
    numpy.testing.assert_array_equal(net.weight.data().asnumpy(), before)
    assert trainer.num_update == 0


def test_values_kept_from_before_stay_as_they_were(backend: str) -> None:
    w = np.array([1.0, 2.0, 3.0])

    @ud.compile
    def step():
        nonlocal w
        w += 1
        return w * 10

    kept = []
    for i in range(5):
        kept.append((w.detach(), w[:2], w.reshape((3, 1)), w.copy(), [i + 1.0, i + 2.0, i + 3.0]))
        out = step()
        assert out.tolist() == [10 * (v + 1) for v in kept[-1][-1]]
    for detached, part, column, copied, values in kept:
        assert detached.tolist() == values
        assert part.tolist() == values[:2]
        assert column.tolist() == [[v] for v in values]
        assert copied.tolist() == values


def test_new_shapes_dtypes_and_python_values_compile_anew(backend: str) -> None:
    @ud.compile
    def scale(x, factor):
        return x * factor

    for x in (np.ones(2), np.ones(2), np.ones(3), np.ones(2, dtype="float64")):
        assert scale(x, 2).dtype is x.dtype
    assert scale(np.ones(2), 3).tolist() == [3, 3]
    history = scale.explain()
    assert len(history.versions) == 4
    assert "factor" in str(history) or "3" in str(history)
    assert history.retraces == 3


def test_many_retraces_warn_with_the_cause(backend: str) -> None:
    plus = ud.compile(lambda x, n: x + n)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for n in range(12):
            plus(np.ones(1), n)
    assert len(caught) == 1
    assert "as a tensor" in str(caught[0].message)


def test_a_changed_learning_rate_does_not_retrace(backend: str) -> None:
    w = ud.gluon.Parameter(shape=(1,), init="zeros")
    w.initialize()
    trainer = gluon.Trainer([w], "sgd", {"learning_rate": 1.0})

    @ud.compile
    def step():
        with autograd.record():
            loss = w.data().sum()
        loss.backward()
        trainer.step(1)
        return loss

    for rate in (1.0, 2.0, 4.0, 8.0):
        trainer.set_learning_rate(rate)
        step()
    assert w.data().item() == -15
    assert step.explain().retraces == 0
    assert trainer.num_update == 4


def test_a_tensor_kept_from_a_trace_says_so(backend: str) -> None:
    kept = []

    @ud.compile
    def step(x):
        kept.append(x * 2)
        return x * 3

    for _ in range(3):
        assert step(np.ones(2)).tolist() == [3, 3]
    if ud.backend.current_backend().compiles:
        with pytest.raises(CompileError, match="kept from inside"):
            kept[1] + 1
    assert kept[0].tolist() == [2, 2]


def test_arguments_in_containers_and_arrays(backend: str) -> None:
    @ud.compile
    def step(batch, *, scale):
        return {"sum": batch["x"] + batch["y"][0], "same": scale}

    for _ in range(3):
        out = step({"x": np.ones(2), "y": [numpy.float32([1, 2])]}, scale="name")
        assert out["sum"].tolist() == [2, 3]
        assert out["same"] == "name"


def test_writing_an_argument_writes_the_callers_tensor(backend: str) -> None:
    @ud.compile
    def double(x):
        x *= 2
        return x.sum()

    x = np.ones(2)
    assert [double(x).item() for _ in range(3)] == [4, 8, 16]
    assert x.tolist() == [8, 8]


def test_gradients_of_an_argument(backend: str) -> None:
    x = np.array([1.0, 3.0])
    x.attach_grad()

    @ud.compile
    def step(x):
        with autograd.record():
            y = (x * x).sum()
        y.backward()
        return y

    for _ in range(3):
        step(x)
        assert x.grad.tolist() == [2, 6]


def test_gradient_penalty_in_a_step(backend: str) -> None:
    net = nn.Dense(1, in_units=2, use_bias=False)
    net.initialize("ones")

    def penalty(x):
        x.attach_grad()
        with autograd.record():
            (g,) = autograd.grad((net(x) ** 2).sum(), x, create_graph=True)
            loss = ((np.sqrt((g * g).sum(axis=1)) - 1) ** 2).mean()
        loss.backward()
        return loss, net.weight.grad() * 1

    x = np.array([[1.0, 2.0], [0.5, -1.0]])
    want = [t.asnumpy() for t in penalty(x.copy())]
    step = ud.compile(penalty)
    for _ in range(3):
        got = step(x.copy())
        for a, b in zip(got, want, strict=True):
            numpy.testing.assert_allclose(a.asnumpy(), b, rtol=1e-5)


def test_two_steps_share_state(backend: str) -> None:
    w = np.zeros(2)

    @ud.compile
    def up():
        nonlocal w
        w += 1

    @ud.compile
    def read():
        return w * 1

    for i in range(4):
        assert up() is None
        assert read().tolist() == [i + 1.0] * 2


def test_compile_can_be_switched_off(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIDEEP_COMPILE", "0")
    assert ud.compile(lambda x: float(x.sum()))(np.ones(3)) == 3.0
