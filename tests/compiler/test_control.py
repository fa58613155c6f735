"""`npx.foreach`, `while_loop` and `cond`: values and gradients, eager and compiled, all engines."""

from collections.abc import Callable
from typing import Any

import numpy
import pytest

import unideep as ud
from unideep import autograd, np, npx
from unideep.backend import get_backend
from unideep.compiler.feed import Counter, feed
from unideep.errors import ArgumentError, DTypeError, ShapeError
from unideep.gluon import nn

Way = Callable[[Callable[..., Any]], Callable[..., Any]]


def eagerly(function: Callable[..., Any]) -> Callable[..., Any]:
    """As it is."""
    return function


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The third call of the compiled function: it runs the program."""
    step = ud.compile(function)

    def run(*args: Any) -> Any:
        for _ in range(2):
            step(*args)
        return step(*args)

    return run


either_way = pytest.mark.parametrize("way", [eagerly, compiled])


def close(found: Any, expected: Any) -> None:
    """Compare with what plain NumPy gives."""
    numpy.testing.assert_allclose(found.asnumpy(), expected, rtol=1e-5, atol=1e-6)


def random(*shape: int) -> numpy.ndarray:
    """Numbers that are the same at each call."""
    return numpy.random.default_rng(sum(shape)).normal(size=shape).astype("float32")


# foreach


def cell(w: Any) -> Callable[..., Any]:
    """A small recurrent cell."""

    def body(x: Any, h: Any) -> Any:
        h = np.tanh(x + h @ w)
        return h, h

    return body


@either_way
def test_foreach_is_a_recurrence(backend: str, way: Way) -> None:
    xs, h0, w = random(4, 2, 3), random(2, 3), random(3, 3)

    def run(xs, h0, w):
        return npx.foreach(cell(w), xs, h0)

    outputs, last = way(run)(np.array(xs), np.array(h0), np.array(w))
    expected, h = [], h0
    for x in xs:
        h = numpy.tanh(x + h @ w)
        expected.append(h)
    close(outputs, expected)
    close(last, h)


@either_way
def test_foreach_has_the_gradient_of_a_python_loop(backend: str, way: Way) -> None:
    def run(loop, xs, h0, w):
        values = [np.array(v, dtype="float64") for v in (xs, h0, w)]
        for v in values:
            v.attach_grad()

        def step(xs, h0, w):
            with autograd.record():
                loss = loop(cell(w), xs, h0)
            return autograd.grad(loss, [xs, h0, w])

        return way(step)(*values)

    def foreach(body, xs, h0):
        outputs, last = npx.foreach(body, xs, h0)
        return (outputs**2).sum() + last.sum()

    def plain(body, xs, h):
        total = 0
        for i in range(xs.shape[0]):
            out, h = body(xs[i], h)
            total = total + (out**2).sum()
        return total + h.sum()

    given = random(4, 2, 3), random(2, 3), random(3, 3)
    for found, expected in zip(run(foreach, *given), run(plain, *given), strict=True):
        close(found, expected.asnumpy())


@either_way
def test_foreach_has_second_derivatives(backend: str, way: Way) -> None:
    def step(xs):
        xs.attach_grad()
        with autograd.record():
            _, product = npx.foreach(lambda x, p: (None, p * x), xs, np.array(1.0))
            (first,) = autograd.grad(product**2, xs, create_graph=True)
            total = first.sum()
        return autograd.grad(total, xs)[0]

    a, b, c = 1.0, 2.0, 3.0
    expected = [
        2 * (b * c) ** 2 + 4 * a * b * c * (c + b),
        2 * (a * c) ** 2 + 4 * a * b * c * (c + a),
        2 * (a * b) ** 2 + 4 * a * b * c * (a + b),
    ]
    close(way(step)(np.array([a, b, c])), expected)


@either_way
def test_foreach_takes_and_gives_structures(backend: str, way: Way) -> None:
    def body(item, states):
        total, count = states["total"], states["count"]
        a, (b,) = item
        return [a + b, {"count": count}], {"total": total + a * b, "count": count + 1}

    def run(a, b):
        return npx.foreach(body, (a, [b]), {"total": np.zeros(2), "count": np.array(0)})

    (sums, others), states = way(run)(np.ones((3, 2)), np.ones((3, 2)) * 2)
    close(sums, numpy.full((3, 2), 3.0))
    close(others["count"], [0, 1, 2])
    close(states["total"], [6, 6])
    assert states["count"].item() == 3
    assert states["count"].dtype == "int64"


@either_way
def test_a_body_may_write_in_place(backend: str, way: Way) -> None:
    seen, start = np.zeros(()), np.zeros(())

    def body(x, total):
        nonlocal seen
        seen += 1
        total += x
        return total, total

    def run(xs):
        return npx.foreach(body, xs, start)

    sums, total = way(run)(np.array([1.0, 2.0, 3.0]))
    close(sums, [1, 3, 6])
    assert total.item() == 6
    assert start.item() == 0
    assert seen.item() == (3 if way is eagerly else 9)


def test_a_body_may_hold_a_layer(backend: str) -> None:
    """A parameter whose shape the first iteration finds, trained by a compiled step."""
    net = nn.Dense(3, activation="tanh")
    net.initialize()
    trainer = ud.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    xs = np.array(random(5, 2, 3))

    @ud.compile
    def step(xs):
        with autograd.record():
            out, h = npx.foreach(lambda x, h: (net(x + h),) * 2, xs, np.zeros((2, 3)))
            loss = ((out - 0.5) ** 2).mean() + (h * 0).sum()
        loss.backward()
        trainer.step(1)
        return loss

    losses = [step(xs).item() for _ in range(8)]
    assert losses[-1] < 0.5 * losses[0]


@either_way
def test_foreach_over_nothing(backend: str, way: Way) -> None:
    def run(xs, h0, w):
        return npx.foreach(cell(w), xs, h0)

    outputs, last = way(run)(np.zeros((0, 2, 3)), np.ones((2, 3)), np.ones((3, 3)))
    assert outputs.shape == (0, 2, 3)
    close(last, numpy.ones((2, 3)))


def test_foreach_says_what_does_not_fit(backend: str) -> None:
    xs = np.ones((3, 2))
    with pytest.raises(ShapeError, match=r"shape of states\['h'\]"):
        npx.foreach(lambda x, s: (x, {"h": s["h"].sum()}), xs, {"h": np.ones(2)})
    with pytest.raises(DTypeError, match="dtype of states"):
        npx.foreach(lambda x, s: (x, s + x), xs, np.zeros(2, dtype="int64"))
    with pytest.raises(ArgumentError, match="another structure"):
        npx.foreach(lambda x, s: (x, (s, s)), xs, np.zeros(2))
    with pytest.raises(ArgumentError, match="pair"):
        npx.foreach(lambda x, s: x, xs, np.zeros(2))
    with pytest.raises(ShapeError, match="no common length"):
        npx.foreach(lambda x, s: (x, s), [xs, np.ones(2)], np.zeros(2))


# while_loop


def collatz(n: int, limit: int) -> tuple[list[int], int]:
    """The numbers up to 1, and how many there are."""
    found = []
    while n != 1 and len(found) < limit:
        found.append(n)
        n = n // 2 if n % 2 == 0 else 3 * n + 1
    return found + [0] * (limit - len(found)), len(found)


@either_way
@pytest.mark.parametrize(("start", "limit"), [(6, 12), (6, 3), (1, 4), (7, 0)])
def test_while_loop_and_cond(backend: str, way: Way, start: int, limit: int) -> None:
    def func(n, count):
        even = npx.cond(n % 2 == 0, lambda: n // 2, lambda: 3 * n + 1)
        return n, (even, count + 1)

    def run(n):
        return npx.while_loop(lambda n, count: n != 1, func, [n, np.array(0)], limit)

    outputs, (_, count) = way(run)(np.array(start))
    numbers, expected = collatz(start, limit)
    assert outputs.tolist() == numbers
    assert count.item() == expected


@either_way
def test_the_gradient_of_while_loop_is_that_of_the_steps_taken(backend: str, way: Way) -> None:
    def step(x):
        x.attach_grad()
        with autograd.record():
            outputs, y = npx.while_loop(lambda y: y < 20, lambda y: (y * 3, y * y), x, 6)
            loss = y + outputs.sum()
        return loss, autograd.grad(loss, x)[0]

    loss, gradient = way(step)(np.array(2.0, dtype="float64"))
    x = 2.0  # 2 -> 4 -> 16 -> 256
    assert loss.item() == x**8 + 3 * (x + x**2 + x**4)
    assert gradient.item() == 8 * x**7 + 3 * (1 + 2 * x + 4 * x**3)


@either_way
def test_steps_not_taken_write_nothing(backend: str, way: Way) -> None:
    seen = np.zeros(())

    def func(n):
        nonlocal seen
        seen += n
        return None, n + 1

    def run(n):
        return npx.while_loop(lambda n: n < 3, func, n, 10)[1]

    assert way(run)(np.array(0.0)).item() == 3
    assert seen.item() == (3 if way is eagerly else 9)


def test_while_loop_says_what_is_missing(backend: str) -> None:
    with pytest.raises(ArgumentError, match="max_iterations"):
        npx.while_loop(lambda n: n < 3, lambda n: (n, n + 1), np.array(0))
    with pytest.raises(ArgumentError, match="loop_vars"):
        npx.while_loop(lambda: False, lambda: (None, None), None, 3)
    with pytest.raises(ShapeError, match="not one value"):
        npx.while_loop(lambda n: n < 3, lambda n: (n, n + 1), np.zeros(2), 3)


# cond


@either_way
@pytest.mark.parametrize("value", [3.0, -2.0])
def test_cond_and_its_gradient(backend: str, way: Way, value: float) -> None:
    """The gradient of the branch not taken is NaN, and is not seen."""

    def step(x):
        x.attach_grad()
        with autograd.record():
            y = npx.cond(x > 0, lambda x: np.log(x) * 2, lambda x: x**2, x)
        return y, autograd.grad(y, x)[0]

    y, gradient = way(step)(np.array(value))
    close(y, 2 * numpy.log(value) if value > 0 else value**2)
    if value > 0:
        close(gradient, 2 / value)
    else:
        close(gradient, 2 * value)


@either_way
def test_cond_takes_a_function_and_structures(backend: str, way: Way) -> None:
    def run(a, b):
        return npx.cond(
            lambda a, b: a * b < 5,
            lambda a, b: {"sum": a + b, "parts": (a, 0.0)},
            lambda a, b: {"sum": a - b, "parts": (b, 1.0)},
            [a, b],
        )

    out = way(run)(np.array([1.0]), np.array([2.0]))
    assert [out["sum"].item(), out["parts"][0].item(), out["parts"][1].item()] == [3, 1, 0]
    out = way(run)(np.array([5.0]), np.array([2.0]))
    assert [out["sum"].item(), out["parts"][0].item(), out["parts"][1].item()] == [3, 2, 1]


@either_way
def test_only_the_chosen_branch_writes(backend: str, way: Way) -> None:
    ups, downs = np.zeros(()), np.zeros(())

    def up(x):
        nonlocal ups
        ups += x
        return ups

    def down(x):
        nonlocal downs
        downs += x
        return ups + downs

    def run(x):
        return npx.cond(x > 0, up, down, x)

    run = way(run) if way is eagerly else ud.compile(run)
    found = [run(np.array(v)).item() for v in (1.0, -2.0, 3.0, -4.0)]
    assert found == [1, -1, 4, -2]
    assert (ups.item(), downs.item()) == (4, -6)


def test_branches_that_differ_are_told(backend: str) -> None:
    @ud.compile
    def run(x):
        return npx.cond(x > 0, lambda x: x, lambda x: x.astype("float64"), x)

    run(np.array(1.0))
    if backend == "numpy":
        return
    with pytest.raises(DTypeError, match="dtype of the result"):
        run(np.array(1.0))


# The engine's own loops


def test_one_iteration_is_traced_whatever_their_number(backend: str) -> None:
    if "scan" not in get_backend(backend).ops:
        pytest.skip("loops are unrolled here")
    assert body_calls(3) == body_calls(60)


def body_calls(length: int) -> int:
    """How often a body runs while a step with its gradient is compiled."""
    calls = 0

    def body(x, h):
        nonlocal calls
        calls += 1
        return h, np.tanh(x + h)

    @ud.compile
    def step(xs):
        with autograd.record():
            out, h = npx.foreach(body, xs, np.zeros(2))
            loss = out.sum() + h.sum()
        return autograd.grad(loss, xs)

    xs = np.ones((length, 2))
    xs.attach_grad()
    (eager,) = step(xs)
    calls = 0
    (found,) = step(xs)
    close(found, eager.asnumpy())
    return calls


class Noisy(nn.HybridBlock):
    """A cell with a parameter, dropout, and a part without gradient."""

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.drop = nn.Dense(3), nn.Dropout(0.5)

    def forward(self, x: Any, h: Any) -> Any:
        with autograd.pause():
            scale = np.abs(h).max() + 1
        h = np.tanh(self.drop(self.dense(x + h.detach() * 0.1))) / scale + h
        return h, h


def test_compiled_loops_do_what_eager_ones_do(backend: str) -> None:
    """Random numbers, gradients of parameters read in the body, gradients stopped there."""
    losses = []
    for wrap in (eagerly, ud.compile):
        ud.random.seed(1)
        net = Noisy()
        net.initialize("xavier")
        net.cast("float64")
        trainer = ud.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})

        def step(xs, net=net, trainer=trainer):
            with autograd.record():
                out, _ = npx.foreach(net, xs, np.zeros((2, 3), dtype="float64"))
                loss = (out**2).mean()
            loss.backward()
            trainer.step(1)
            return loss

        run = wrap(step)
        losses.append([run(np.array(random(4, 2, 3), dtype="float64")).item() for _ in range(5)])
    numpy.testing.assert_allclose(losses[1], losses[0], rtol=1e-6)


def test_in_a_hybridized_block(backend: str) -> None:
    """The loop has its gradient, to inputs and parameters, and the gradient has one."""

    class Net(nn.HybridBlock):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Dense(3, in_units=3)

        def forward(self, xs: Any) -> Any:
            return npx.foreach(lambda x, h: (np.tanh(self.dense(x + h)),) * 2, xs, xs[0])[0]

    net = Net()
    net.initialize("xavier")
    xs = np.array(random(4, 2, 3))
    xs.attach_grad()
    found = []
    for active in (False, True):
        net.hybridize(active)
        for _ in range(3):
            with autograd.record():
                (gradient,) = autograd.grad((net(xs) ** 2).sum(), xs, create_graph=True)
                loss = (gradient**2).sum()
            loss.backward()
        found.append([v.asnumpy() for v in (loss, xs.grad, net.dense.weight.grad())])
    for a, b in zip(*found, strict=True):
        numpy.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-5)


def test_each_branch_gets_its_own_numbers_from_the_host(backend: str) -> None:
    one, other = Counter(), Counter()
    where = get_backend(backend)

    @ud.compile
    def step(flag: np.ndarray, x: np.ndarray) -> np.ndarray:
        return npx.cond(
            flag,
            lambda: x * feed(one, lambda n: 10.0 * n, "float32", where),
            lambda: x * feed(other, lambda n: 100.0 * n, "float32", where),
        )

    flag, x = np.array(False), np.array(1.0)
    assert [step(flag, x).item() for _ in range(4)] == [100, 200, 300, 400]
    assert other.value == 4
