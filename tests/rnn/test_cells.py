"""Cells: the layers' outputs and gradients, step by step and unrolled; cells around cells."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.gluon import nn, rnn

T, N, C, H = 5, 3, 4, 6
LENGTHS = [5, 0, 3]

PAIRS = [
    (rnn.RNNCell, rnn.RNN, {"activation": "relu"}),
    (rnn.RNNCell, rnn.RNN, {"activation": "tanh"}),
    (rnn.LSTMCell, rnn.LSTM, {}),
    (rnn.GRUCell, rnn.GRU, {}),
]


def array(*shape: int, seed: int = 0) -> numpy.ndarray:
    return numpy.random.default_rng(seed).standard_normal(shape).astype("float32")


def assert_equal(got, want) -> None:
    numpy.testing.assert_allclose(got.asnumpy(), want.asnumpy(), rtol=1e-5, atol=1e-5)


def with_weights(cell, layer, sides: str = "l"):
    """The cell, with the weights of a layer; of both directions for a `BidirectionalCell`."""
    weights = {n: p.data() for n, p in layer.collect_params().items()}
    if len(sides) == 2:
        cell.load_dict({n.replace("0_", "_cell."): w for n, w in weights.items()})
    else:
        cell.load_dict({n.removeprefix("l0_"): w for n, w in weights.items()})
    return cell


def gradients(call, x, params):
    """Outputs and last states of a call, then the gradients of x and the parameters."""
    x.attach_grad()
    with autograd.record():
        y, states = call(x)
        loss = (y * y).sum() + sum((s * s * s).sum() for s in states)
    loss.backward()
    return [y.detach(), *(s.detach() for s in states), x.grad, *(p.grad() for p in params)]


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["all steps", "lengths"])
@pytest.mark.parametrize(("make", "make_layer", "options"), PAIRS)
def test_cells_equal_layers(make, make_layer, options, lengths, backend: str) -> None:
    layer = make_layer(H, layout="NTC", **options)
    layer.initialize("xavier")
    x = np.array(array(N, T, C))
    sizes = None if lengths is None else np.array(lengths)
    first = layer.begin_state(N, func=np.ones)
    layer(x)
    cell = with_weights(make(H, **options), layer)
    want = gradients(lambda x: layer(x, first, sizes), x, layer.collect_params().values())
    own = [s[0] for s in first]
    got = gradients(
        lambda x: cell.unroll(T, x, own, merge_outputs=True, valid_length=sizes),
        x, cell.collect_params().values(),
    )  # fmt: skip
    for a, b in zip(got, want, strict=True):
        assert_equal(a.reshape(b.shape), b)
    # One step after the other, by the definition
    y, last = rnn.RecurrentCell.read(cell, x.swapaxes(0, 1), own, sizes)
    if lengths is None:
        assert_equal(y.swapaxes(0, 1), want[0])
    for a, b in zip(last, want[1:], strict=False):
        assert_equal(a, b[0])


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["all steps", "lengths"])
def test_two_directions_equal_the_layer(lengths, backend: str) -> None:
    layer = rnn.GRU(H, bidirectional=True)
    layer.initialize("xavier")
    x = np.array(array(T, N, C))
    layer(x)
    cell = with_weights(rnn.BidirectionalCell(rnn.GRUCell(H), rnn.GRUCell(H)), layer, "lr")
    sizes = None if lengths is None else np.array(lengths)
    want, (last,) = layer(x, layer.begin_state(N), sizes)
    y, states = cell.unroll(T, x, layout="TNC", merge_outputs=True, valid_length=sizes)
    assert_equal(y, want)
    assert_equal(np.stack(states), last)


def test_inputs_and_outputs_may_be_lists(backend: str) -> None:
    cell = rnn.LSTMCell(H)
    cell.initialize("xavier")
    x = array(N, T, C)
    want, last = cell.unroll(T, np.array(x), merge_outputs=True)
    outputs, states = cell.unroll(T, [np.array(x[:, t]) for t in range(T)])
    assert isinstance(outputs, list)
    assert_equal(np.stack(outputs, axis=1), want)
    assert_equal(states[1], last[1])


def stack_of(*cells: rnn.RecurrentCell) -> rnn.SequentialRNNCell:
    stack = rnn.HybridSequentialRNNCell()
    stack.add(*cells)
    return stack


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["all steps", "lengths"])
def test_a_stack_unrolls_as_it_steps(lengths, backend: str) -> None:
    stack = stack_of(
        rnn.LSTMCell(H), rnn.DropoutCell(0.5), rnn.ResidualCell(rnn.GRUCell(H)),
        rnn.RNNCell(H, activation=nn.LeakyReLU(0.1)), rnn.ZoneoutCell(rnn.RNNCell(2), 0.2, 0.3),
    )  # fmt: skip
    stack.initialize("xavier")
    x = np.array(array(T, N, C))
    sizes = None if lengths is None else np.array(lengths)
    states = stack.begin_state(N)
    want, want_last = rnn.RecurrentCell.read(stack, x, states, sizes)
    y, last = stack.unroll(T, x, layout="TNC", merge_outputs=True, valid_length=sizes)
    if sizes is not None:
        want = np.where(np.arange(T)[:, None, None] < sizes[None, :, None], want, 0)
    assert_equal(y, want)
    assert len(last) == len(stack.state_info()) == 6
    for a, b in zip(last, want_last, strict=True):
        assert_equal(a, b)


def test_it_trains_hybridized_and_keeps_its_weights(tmp_path, backend: str) -> None:
    def losses(hybrid: bool) -> tuple[list[float], rnn.SequentialRNNCell]:
        ud.random.seed(3)
        net = stack_of(rnn.GRUCell(4), rnn.ResidualCell(rnn.RNNCell(4)))
        net.initialize("xavier")
        if hybrid:
            net.hybridize()
        trainer = ud.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
        found = []
        for _ in range(3):
            with autograd.record():
                y, _ = net.unroll(3, np.array(array(2, 3, 2)), merge_outputs=True)
                loss = (y * y).mean()
            loss.backward()
            trainer.step(1)
            found.append(float(loss))
        return found, net

    want, net = losses(False)
    numpy.testing.assert_allclose(losses(True)[0], want, rtol=1e-4)
    assert want[0] > want[1] > want[2]
    net.save_parameters(tmp_path / "weights")
    other = stack_of(rnn.GRUCell(4), rnn.ResidualCell(rnn.RNNCell(4)))
    other.load_parameters(tmp_path / "weights")
    x = np.array(array(2, 2))
    assert_equal(other(x, other.begin_state(2))[0], net(x, net.begin_state(2))[0])


def test_double_precision(backend: str) -> None:
    cell = rnn.LSTMCell(H, dtype="float64")
    cell.initialize()
    y, states = cell.unroll(None, np.array(array(N, T, C).astype("float64")))
    assert {str(t.dtype) for t in (*y, *states)} == {"float64"}


def test_zoneout_keeps_what_was(backend: str) -> None:
    cell = rnn.ZoneoutCell(rnn.RNNCell(50), zoneout_outputs=0.5, zoneout_states=0.25)
    cell.initialize("xavier")
    x, states = np.array(array(40, 50)), [np.full((40, 50), 7.0), np.full((40, 50), 8.0)]
    y, new = cell(x, states)
    assert not (y == 8).any() and not (new[0] == 7).any()
    with autograd.train_mode():
        y, new = cell(x, states)
    assert abs(float((y == 8).mean()) - 0.5) < 0.05
    assert abs(float((new[0] == 7).mean()) - 0.25) < 0.05


def test_a_cell_of_ones_own(backend: str) -> None:
    class Counter(rnn.HybridRecurrentCell):
        def state_info(self, batch_size=0):
            return [{"shape": (batch_size, 1)}]

        def forward(self, x, states):
            return x + states[0], [states[0] + 1]

    y, (last,) = Counter().unroll(3, np.zeros((2, 3, 1)), valid_length=np.array([3, 1]))
    assert [t.tolist() for t in y] == [[[0], [0]], [[1], [0]], [[2], [0]]]
    assert last.tolist() == [[3], [1]]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda c: c(np.ones((N, C + 1)), c.begin_state(N)), "input_size is 4"),
        (lambda c: c(np.ones((N, C)), c.begin_state(N + 1)), "first states are 2 of"),
        (lambda c: c(np.ones((N, C)), []), "first states are 2 of"),
        (lambda c: c.unroll(T, np.ones((N, T + 1, C))), "length is 5"),
        (lambda c: c.unroll(T, np.ones((N, T, C)), layout="NCT"), "layout is 'NCT'"),
        (lambda c: c.unroll(T, np.ones((N, T, C + 1))), "input_size is 4"),
        (lambda c: c.unroll(T, np.ones((N, T, C)), valid_length=np.array([9] * N)), "between 0"),
        (lambda c: rnn.BidirectionalCell(c, c)(np.ones((N, C)), []), "whole sequences"),
        (lambda c: stack_of(c)(np.ones((N, C)), []), "the cells have 2 states"),
    ],
)
def test_wrong_inputs_are_explained(call, text, backend: str) -> None:
    cell = rnn.LSTMCell(H, input_size=C)
    cell.initialize()
    with pytest.raises(ud.errors.UniDeepError, match=text):
        call(cell)
