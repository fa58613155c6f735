"""Convolutional cells against NumPy written from the formulas, unrolled, compiled, and in error."""

import itertools
from typing import Any

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.errors import ArgumentError, ShapeError
from unideep.gluon import rnn

T, N, C, H = 3, 2, 2, 3
SPACE = (5, 4, 3)
KINDS = {"RNN": 1, "GRU": 3, "LSTM": 4}


def array(*shape: int, seed: int = 0) -> numpy.ndarray:
    return numpy.random.default_rng(seed).standard_normal(shape).astype("float32")


def sigmoid(x: numpy.ndarray) -> numpy.ndarray:
    return 1 / (1 + numpy.exp(-x))


def convolved(x, w, b, pad: int, dilation: int) -> numpy.ndarray:
    """A convolution as a sum over the elements of its kernel."""
    n, kernel = w.ndim - 2, w.shape[2:]
    x = numpy.pad(x, [(0, 0), (0, 0), *[(pad, pad)] * n])
    size = [s - dilation * (k - 1) for s, k in zip(x.shape[2:], kernel, strict=True)]
    y = numpy.zeros((len(x), len(w), *size))
    for at in itertools.product(*map(range, kernel)):
        cut = tuple(slice(dilation * i, dilation * i + s) for i, s in zip(at, size, strict=True))
        y += numpy.einsum("nc...,oc->no...", x[(..., *cut)], w[(..., *at)])
    return y + b.reshape(-1, *[1] * n)


def step(kind: str, x, states, w: dict[str, Any], i2h: tuple[int, int], h2h: tuple[int, int]):
    a = convolved(x, w["i2h_weight"], w["i2h_bias"], *i2h)
    b = convolved(states[0], w["h2h_weight"], w["h2h_bias"], *h2h)
    if kind == "RNN":
        return [numpy.tanh(a + b)]
    if kind == "LSTM":
        i, f, g, o = numpy.split(a + b, 4, axis=1)
        c = sigmoid(f) * states[1] + sigmoid(i) * numpy.tanh(g)
        return [sigmoid(o) * numpy.tanh(c), c]
    (ar, az, an), (br, bz, bn) = numpy.split(a, 3, axis=1), numpy.split(b, 3, axis=1)
    z = sigmoid(az + bz)
    return [(1 - z) * numpy.tanh(an + sigmoid(ar + br) * bn) + z * states[0]]


def made(kind: str, ndim: int, **options: Any) -> Any:
    cell = getattr(rnn, f"Conv{ndim}D{kind}Cell")((C, *SPACE[:ndim]), H, **options)
    cell.initialize("normal")
    for i, p in enumerate(cell.collect_params().values()):
        p.set_data(np.array(array(*p.shape, seed=i) / 2))
    return cell


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_cells_are_their_formulas(kind: str, ndim: int, backend: str) -> None:
    cell = made(kind, ndim, i2h_kernel=2, h2h_kernel=3, i2h_pad=1, i2h_dilate=2, h2h_dilate=2)
    w = {n: p.data().asnumpy().astype("float64") for n, p in cell.collect_params().items()}
    assert w["i2h_weight"].shape == (KINDS[kind] * H, C, *[2] * ndim)
    assert w["h2h_weight"].shape == (KINDS[kind] * H, H, *[3] * ndim)
    x = array(N, T, C, *SPACE[:ndim], seed=9)
    states = [array(*s.shape, seed=i) for i, s in enumerate(cell.begin_state(N))]
    assert states[0].shape == (N, H, *SPACE[:ndim])
    want, outputs = states, []
    for t in range(T):
        want = step(kind, x[:, t].astype("float64"), want, w, (1, 2), (2, 2))
        outputs.append(want[0])
    y, last = cell.unroll(T, np.array(x), [np.array(s) for s in states], merge_outputs=True)
    numpy.testing.assert_allclose(y.asnumpy(), numpy.stack(outputs, 1), rtol=1e-4, atol=1e-5)
    for a, b in zip(last, want, strict=True):
        numpy.testing.assert_allclose(a.asnumpy(), b, rtol=1e-4, atol=1e-5)


def test_lengths_directions_and_stacks(backend: str) -> None:
    kernels = {"i2h_kernel": 3, "h2h_kernel": 3, "i2h_pad": 1}
    pair = made("GRU", 1, **kernels), made("GRU", 1, **kernels)
    x = np.array(array(N, T, C, 5))
    y, states = rnn.BidirectionalCell(*pair).unroll(
        T, x, merge_outputs=True, valid_length=np.array([3, 1])
    )
    assert y.shape == (N, T, 2 * H, 5)
    assert not y[1, 1:].asnumpy().any()
    alone, (last,) = pair[0].unroll(1, x[1:, :1], merge_outputs=True)
    numpy.testing.assert_allclose(y[1:, :1, :H].asnumpy(), alone.asnumpy(), rtol=1e-5, atol=1e-6)
    numpy.testing.assert_allclose(states[0][1:].asnumpy(), last.asnumpy(), rtol=1e-5, atol=1e-6)
    stack = rnn.SequentialRNNCell()
    stack.add(pair[0], rnn.DropoutCell(0.5), rnn.Conv1DLSTMCell((H, 5), 4, 3, 1))
    stack.initialize("xavier")
    y, states = stack.unroll(T, x, merge_outputs=True)
    assert y.shape == (N, T, 4, 3) and len(states) == 3


def losses(compiled: bool, hybrid: bool = False) -> list[float]:
    ud.random.seed(1)
    cell = rnn.Conv2DLSTMCell((C, 4, 4), H, 3, 3, i2h_pad=1)
    cell.initialize("xavier")
    if hybrid:
        cell.hybridize()
    trainer = ud.gluon.Trainer(cell.collect_params(), "sgd", {"learning_rate": 0.5})

    def train_step(x):
        with autograd.record():
            y, _ = cell.unroll(2, x, merge_outputs=True)
            loss = ((y - 1) ** 2).mean()
        loss.backward()
        trainer.step(1)
        return loss

    run = ud.compile(train_step) if compiled else train_step
    return [float(run(np.array(array(N, 2, C, 4, 4)))) for _ in range(4)]


def test_training_is_the_same_compiled_hybridized_and_on_numpy(backend: str) -> None:
    eager = losses(compiled=False)
    assert eager[0] > eager[-1]
    numpy.testing.assert_allclose(losses(compiled=True), eager, rtol=1e-4)
    numpy.testing.assert_allclose(losses(compiled=False, hybrid=True), eager, rtol=1e-4)
    with ud.use_backend("numpy"):
        numpy.testing.assert_allclose(losses(compiled=False), eager, rtol=1e-4)


def test_an_activation_of_ones_own(backend: str) -> None:
    cell = made("RNN", 1, i2h_kernel=1, h2h_kernel=1, activation=lambda x: x * 0 + 3)
    y, _ = cell(np.ones((N, C, 5)), cell.begin_state(N))
    assert (y.asnumpy() == 3).all()
    plain = made("RNN", 1, i2h_kernel=1, h2h_kernel=1, activation="relu")
    assert float(plain(np.ones((N, C, 5)), plain.begin_state(N))[0].min()) >= 0


def test_wrong_arguments_are_explained(backend: str) -> None:
    with pytest.raises(ArgumentError, match=r"h2h_kernel is odd.*\n.*\(2,\)"):
        rnn.Conv1DRNNCell((C, 5), H, 1, 2)
    with pytest.raises(ShapeError, match="layout is 'NWC'"):
        rnn.Conv1DRNNCell((C, 5), H, 1, 1, conv_layout="NWC")
    with pytest.raises(ShapeError, match="2 spatial axes"):
        rnn.Conv2DRNNCell((C, 5), H, 1, 1)
    cell = made("LSTM", 1, i2h_kernel=1, h2h_kernel=1)
    with pytest.raises(ShapeError, match=r"input_shape is \(2, 5\)"):
        cell(np.ones((N, C, 1)), cell.begin_state(N))
    with pytest.raises(ShapeError, match="first states are 2 of"):
        cell(np.ones((N, C, 5)), cell.begin_state(N + 1))
