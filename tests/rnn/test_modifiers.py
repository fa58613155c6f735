"""Cells with a projection, and dropout whose decisions hold for a sequence."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.errors import ShapeError, UniDeepError
from unideep.gluon import rnn

T, N, C, H, P = 4, 3, 5, 6, 2


def array(*shape: int, seed: int = 0) -> numpy.ndarray:
    return numpy.random.default_rng(seed).standard_normal(shape).astype("float32")


def sigmoid(x: numpy.ndarray) -> numpy.ndarray:
    return 1 / (1 + numpy.exp(-x))


def projected(x: numpy.ndarray, w: dict[str, numpy.ndarray]) -> list[numpy.ndarray]:
    """The formulas of Sak et al. without peepholes, in float64: outputs, and the last memory."""
    r, c, outputs = numpy.zeros((N, P)), numpy.zeros((N, H)), []
    for t in range(T):
        gates = x[:, t] @ w["i2h_weight"].T + w["i2h_bias"] + r @ w["h2h_weight"].T + w["h2h_bias"]
        i, f, g, o = numpy.split(gates, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * numpy.tanh(g)
        r = sigmoid(o) * numpy.tanh(c) @ w["h2r_weight"].T
        outputs.append(r)
    return [numpy.stack(outputs, 1), c]


@pytest.mark.parametrize("hybrid", [False, True])
def test_lstmp_is_its_formula(hybrid: bool, backend: str) -> None:
    cell = rnn.LSTMPCell(H, P, i2h_bias_initializer="normal", h2h_bias_initializer="normal")
    cell.initialize("xavier")
    if hybrid:
        cell.hybridize()
    x = array(N, T, C)
    y, (r, c) = cell.unroll(T, np.array(x), merge_outputs=True)
    w = {n: p.data().asnumpy().astype("float64") for n, p in cell.collect_params().items()}
    assert {n: v.shape for n, v in w.items()} == {
        "i2h_weight": (4 * H, C), "h2h_weight": (4 * H, P), "i2h_bias": (4 * H,),
        "h2h_bias": (4 * H,), "h2r_weight": (P, H),
    }  # fmt: skip
    want_y, want_c = projected(x.astype("float64"), w)
    numpy.testing.assert_allclose(y.asnumpy(), want_y, rtol=1e-5, atol=1e-6)
    numpy.testing.assert_allclose(r.asnumpy(), want_y[:, -1], rtol=1e-5, atol=1e-6)
    numpy.testing.assert_allclose(c.asnumpy(), want_c, rtol=1e-5, atol=1e-6)


def losses(make, compiled: bool) -> list[float]:
    ud.random.seed(2)
    net = make()
    net.initialize("xavier")
    trainer = ud.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.2})

    def train_step(x):
        with autograd.record():
            y, states = net.unroll(T, x, merge_outputs=True)
            loss = (y * y).mean() + (states[-1] ** 2).mean()
        loss.backward()
        trainer.step(1)
        return loss

    step = ud.compile(train_step) if compiled else train_step
    return [float(step(np.array(array(N, T, C)))) for _ in range(4)]


CELLS = {
    "projection": lambda: rnn.LSTMPCell(H, P),
    "variational": lambda: rnn.VariationalDropoutCell(rnn.GRUCell(H), 0.2, 0.3, 0.4),
    "variational outputs": lambda: rnn.VariationalDropoutCell(rnn.LSTMCell(H), drop_outputs=0.4),
}


@pytest.mark.parametrize("name", CELLS)
def test_compiled_steps_are_the_eager_ones(name: str, backend: str) -> None:
    eager = losses(CELLS[name], compiled=False)
    with ud.use_backend("numpy"):
        numpy.testing.assert_allclose(losses(CELLS[name], compiled=False), eager, rtol=1e-4)
    numpy.testing.assert_allclose(losses(CELLS[name], compiled=True), eager, rtol=1e-4)


class Echo(rnn.RecurrentCell):
    """Gives its input and its state; the state stays."""

    def state_info(self, batch_size=0):
        return [{"shape": (batch_size, 50)}, {"shape": (batch_size, 50)}]

    def forward(self, x, states):
        return np.concatenate([x, states[0]], axis=1), list(states)


def test_one_decision_holds_for_all_steps(backend: str) -> None:
    cell = rnn.VariationalDropoutCell(Echo(), 0.2, 0.5)
    x, ones = np.ones((20, 3, 50)), np.ones((20, 50))
    with autograd.train_mode():
        y, _ = cell.unroll(3, x, [ones, ones], merge_outputs=True)
        seen, state = (part.asnumpy() for part in np.split(y, 2, axis=2))
        again = cell.unroll(3, x, [ones, ones], merge_outputs=True)[0].asnumpy()
    for part, rate in ((seen, 0.2), (state[:, :1], 0.5)):
        assert (part == part[:, :1]).all()
        assert abs((part == 0).mean() - rate) < 0.05
        numpy.testing.assert_allclose(part[part != 0], 1 / (1 - rate), rtol=1e-6)
    assert (again[..., :50] != seen).any()
    outputs = rnn.VariationalDropoutCell(Echo(), drop_outputs=0.3)
    with autograd.train_mode():
        y = outputs.unroll(3, x, [ones, ones], merge_outputs=True)[0].asnumpy()
    assert (y == y[:, :1]).all() and abs((y == 0).mean() - 0.3) < 0.05


def test_out_of_training_nothing_is_dropped(backend: str) -> None:
    cell = rnn.VariationalDropoutCell(rnn.RNNCell(H), 0.5, 0.5, 0.5)
    cell.initialize("xavier")
    x = np.array(array(N, T, C))
    want, _ = cell.base_cell.unroll(T, x)
    got, _ = cell.unroll(T, x)
    for a, b in zip(got, want, strict=True):
        numpy.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-5, atol=1e-6)
    y, _ = cell(x[:, 0], cell.begin_state(N))
    numpy.testing.assert_allclose(y.asnumpy(), want[0].asnumpy(), rtol=1e-5, atol=1e-6)
    with autograd.train_mode(), pytest.raises(UniDeepError, match="unroll"):
        cell(x[:, 0], cell.begin_state(N))


def test_wrong_states_are_explained(backend: str) -> None:
    cell = rnn.LSTMPCell(H, P, input_size=C)
    cell.initialize()
    with pytest.raises(ShapeError, match=r"2 of \(3, 2\) and \(3, 6\)"):
        cell(np.ones((N, C)), [np.ones((N, H))] * 2)
    with pytest.raises(ShapeError, match="input_size is 5"):
        cell(np.ones((N, C + 1)), cell.begin_state(N))
