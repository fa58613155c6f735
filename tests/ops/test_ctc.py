"""Connectionist temporal classification: against all paths one by one, PyTorch's, and the edges."""

import itertools

import numpy
import pytest

import unideep as ud
from unideep import autograd, np, npx
from unideep.testing import Case, check

RNG = numpy.random.default_rng(0)


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


def read(path: tuple[int, ...], blank: int) -> list[int]:
    return [k for k, _ in itertools.groupby(path) if k != blank]


@pytest.mark.parametrize("blank", [0, 2])
def test_the_sum_over_all_paths(blank: int, backend: str) -> None:
    logits = RNG.standard_normal((4, 1, 3))
    p = numpy.exp(logits) / numpy.exp(logits).sum(-1, keepdims=True)
    first, second = (k for k in range(3) if k != blank)
    for label in ([], [first], [second, second], [first, second]):
        paths = itertools.product(range(3), repeat=4)
        total = sum(p[range(4), 0, path].prod() for path in paths if read(path, blank) == label)
        padded, count = [*label, 0, 0][:2], np.array([len(label)])
        loss = npx.ctc_loss(np.array(logits), np.array([padded]), None, count, blank=blank)
        assert loss.item() == pytest.approx(-numpy.log(total), rel=1e-9)


def example(dtype: str) -> list[numpy.ndarray]:
    """Logits, labels with repetitions, lengths, label lengths."""
    labels = RNG.integers(1, 6, (5, 4))
    labels[:, 1] = labels[:, 0]
    lengths, counts = numpy.array([20, 9, 12, 15, 18]), numpy.array([4, 4, 0, 1, 3])
    return [RNG.standard_normal((20, 5, 6)).astype(dtype), labels, lengths, counts]


def step_of(x, *rest):
    """A step that returns the loss and leaves a gradient of its square."""
    x.attach_grad()

    def step():
        with autograd.record():
            y = npx.ctc_loss(x, *rest)
            loss = (y * y).mean()
        loss.backward()
        return y

    return step


def test_equals_pytorchs(dtype: str, backend: str) -> None:
    torch = pytest.importorskip("torch")
    arrays = example(dtype)
    theirs = [torch.tensor(a) for a in arrays]
    theirs[0].requires_grad_()
    log_p = theirs[0].log_softmax(-1)
    want = torch.nn.functional.ctc_loss(log_p, *theirs[1:], reduction="none")
    (want * want).mean().backward()
    x, *rest = map(np.array, arrays)
    got = step_of(x, *rest)()
    close = {"rtol": 1e-4, "atol": 1e-4} if dtype == "float32" else {"rtol": 1e-8, "atol": 1e-9}
    numpy.testing.assert_allclose(got.asnumpy(), want.detach().numpy(), **close)
    numpy.testing.assert_allclose(x.grad.asnumpy(), theirs[0].grad.numpy(), **close)


def test_a_compiled_step_equals_an_eager_one(backend: str) -> None:
    x, *rest = map(np.array, example("float64"))
    step = step_of(x, *rest)
    want, gradient = step().asnumpy(), x.grad.asnumpy()
    program = ud.compile(step)
    program()
    numpy.testing.assert_allclose(program().asnumpy(), want, rtol=1e-9)
    numpy.testing.assert_allclose(x.grad.asnumpy(), gradient, rtol=1e-8, atol=1e-9)


def test_a_label_that_does_not_fit_costs_infinity_and_teaches_nothing(backend: str) -> None:
    x = np.array(RNG.standard_normal((3, 2, 4)))
    x.attach_grad()
    with autograd.record():
        y = npx.ctc_loss(x, np.array([[1, 1, 1], [1, 2, 3]]))  # repetitions need a blank between
        y.sum().backward()
    assert y.tolist()[0] == float("inf")
    assert numpy.isfinite(y.tolist()[1])
    grad = x.grad.asnumpy()
    assert not grad[:, 0].any()
    assert numpy.isfinite(grad).all()
    assert grad[:, 1].any()


def test_improbable_paths_keep_their_numbers(backend: str) -> None:
    x = numpy.zeros((50, 1, 3), "float32")
    x[:, :, 0] = 100.0  # every step is sure of the blank
    x = np.array(x)
    x.attach_grad()
    with autograd.record():
        y = npx.ctc_loss(x, np.array([[1, 2, 1, 2, 1, 2]]))
    y.backward()
    assert 500 < y.item() < 600
    grad = x.grad.asnumpy()
    numpy.testing.assert_allclose(grad.sum((0, 1)), [6, -3, -3], atol=1e-2)


def test_half_precision_is_summed_in_single(backend: str) -> None:
    x, *rest = example("float32")
    half = npx.ctc_loss(np.array(x).astype("float16"), *map(np.array, rest))
    want = npx.ctc_loss(np.array(x), *map(np.array, rest)).asnumpy()
    assert half.dtype == "float16"
    numpy.testing.assert_allclose(half.asnumpy().astype("float32"), want, rtol=5e-3)
