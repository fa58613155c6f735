"""RNN, LSTM, GRU: PyTorch's outputs, states and gradients; Gluon's calls; errors."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon, np
from unideep.gluon import rnn

T, N, C, H = 6, 3, 4, 5
LENGTHS = [6, 2, 4]

LAYERS = [
    {},
    {"num_layers": 2},
    {"bidirectional": True},
    {"num_layers": 2, "bidirectional": True},
]


def array(*shape: int, seed: int = 0) -> numpy.ndarray:
    return numpy.random.default_rng(seed).standard_normal(shape).astype("float32")


def assert_equal(got, want, name: str = "") -> None:
    numpy.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("options", LAYERS, ids=str)
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["all steps", "lengths"])
@pytest.mark.parametrize("mode", ["rnn_relu", "rnn_tanh", "lstm", "gru"])
def test_equals_pytorchs(mode, lengths, options, pair_of, gradients_of, backend: str) -> None:
    layer, module = pair_of(mode, C, H, **options)
    count = options.get("num_layers", 1) * (1 + options.get("bidirectional", False))
    first = [array(count, N, H, seed=s) for s in range(1, 3 if mode == "lstm" else 2)]
    want = of_pytorch(module, array(T, N, C), first, lengths)
    got = of_ours(layer, array(T, N, C), first, lengths)
    for a, b in zip(got, want, strict=True):
        assert_equal(a, b)
    expected = gradients_of(module)
    params = layer.collect_params()
    assert set(expected) == set(params)
    for name, p in params.items():
        assert_equal(p.grad().asnumpy(), expected[name], name)


def of_ours(layer, x, first, lengths) -> list[numpy.ndarray]:
    """The output, the last states, and the gradients of x and the first states."""
    inputs = [np.array(a) for a in (x, *first)]
    for t in inputs:
        t.attach_grad()
    more = () if lengths is None else (np.array(lengths),)
    with autograd.record():
        y, last = layer(inputs[0], inputs[1:], *more)
        loss = (y * y).sum() + sum((s * s * s).sum() for s in last)
    loss.backward()
    return [t.asnumpy() for t in (y.detach(), *(s.detach() for s in last))] + [
        t.grad.asnumpy() for t in inputs
    ]


def of_pytorch(module, x, first, lengths) -> list[numpy.ndarray]:
    """The same of PyTorch."""
    import torch

    inputs = [torch.tensor(a, requires_grad=True) for a in (x, *first)]
    states = inputs[1] if len(first) == 1 else tuple(inputs[1:])
    packed = inputs[0]
    if lengths is not None:
        packed = torch.nn.utils.rnn.pack_padded_sequence(packed, lengths, enforce_sorted=False)
    y, last = module(packed, states)
    if lengths is not None:
        y, _ = torch.nn.utils.rnn.pad_packed_sequence(y, total_length=T)
    last = [last] if len(first) == 1 else list(last)
    ((y * y).sum() + sum((s * s * s).sum() for s in last)).backward()
    return [t.detach().numpy() for t in (y, *last)] + [t.grad.numpy() for t in inputs]


def test_the_batch_may_come_first(backend: str) -> None:
    layers = [rnn.LSTM(H, layout=layout, bidirectional=True) for layout in ("TNC", "NTC")]
    layers[0].initialize("xavier")
    x = np.array(array(T, N, C))
    want, states = layers[0](x, layers[0].begin_state(N), np.array(LENGTHS))
    layers[1].load_dict({n: p.data() for n, p in layers[0].collect_params().items()})
    y, last = layers[1](x.swapaxes(0, 1), layers[1].begin_state(N), np.array(LENGTHS))
    assert_equal(y.swapaxes(0, 1).asnumpy(), want.asnumpy())
    assert [s.shape for s in last] == [s.shape for s in states] == [(2, N, H)] * 2
    assert_equal(last[1].asnumpy(), states[1].asnumpy())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_input_size_is_inferred_and_weights_are_kept(dtype, tmp_path, backend: str) -> None:
    layer = rnn.GRU(H, num_layers=2, dtype=dtype)
    layer.initialize()
    x = np.array(array(T, N, C).astype(dtype))
    y = layer(x)
    assert (y.shape, str(y.dtype)) == ((T, N, H), dtype)
    layer.save_parameters(tmp_path / "weights")
    other = rnn.GRU(H, num_layers=2, dtype=dtype)
    other.load_parameters(tmp_path / "weights")
    numpy.testing.assert_array_equal(other(x).asnumpy(), y.asnumpy())


@pytest.mark.parametrize("way", ["eager", "hybridized", "compiled"])
def test_training_is_numpys_each_way(way, backend: str) -> None:
    got = losses_of(way)
    with ud.use_backend("numpy"):
        numpy.testing.assert_allclose(got, losses_of("eager"), rtol=1e-5)


def losses_of(way: str) -> list[float]:
    """Of four steps."""
    ud.random.seed(1)
    net = rnn.LSTM(4, input_size=2)
    net.initialize("xavier")
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    if way == "hybridized":
        net.hybridize()

    def step(x, lengths):
        with autograd.record():
            y, (h, c) = net(x, net.begin_state(N), lengths)
            loss = (y * y).sum() + ((h - 1) ** 2).sum() + c.sum()
        loss.backward()
        trainer.step(N)
        return loss

    run = ud.compile(step) if way == "compiled" else step
    x, lengths = np.array(array(3, N, 2)), np.array([3.0, 1.0, 2.0])  # Gluon's are floats
    return [float(run(x, lengths)) for _ in range(4)]


def test_second_order_of_a_hybridized_layer(backend: str) -> None:
    def gradients(is_hybrid: bool) -> list[numpy.ndarray]:
        ud.random.seed(1)
        net = rnn.LSTM(4, input_size=2)
        net.initialize("xavier")
        if is_hybrid:
            net.hybridize()
        x = np.array(array(3, N, 2))
        x.attach_grad()
        for _ in range(3):
            with autograd.record():
                (g,) = autograd.grad((net(x) ** 2).sum(), x, create_graph=True)
                loss = (g * g).sum()
            loss.backward()
        return [x.grad.asnumpy(), *(p.grad().asnumpy() for p in net.collect_params().values())]

    for a, b in zip(gradients(True), gradients(False), strict=True):
        assert_equal(a, b)


def test_dropout_stands_between_layers_in_training_alone(backend: str) -> None:
    layer = rnn.RNN(H, num_layers=2, dropout=0.5)
    layer.initialize("xavier")
    x = np.array(array(T, N, C))
    numpy.testing.assert_array_equal(layer(x).asnumpy(), layer(x).asnumpy())
    with autograd.record():
        a, b = layer(x), layer(x)
    assert (a.asnumpy() != b.asnumpy()).any()
    assert (a.asnumpy() != 0).mean() > 0.3  # the last layer's outputs are not dropped


def test_first_states_are_made_as_asked(backend: str) -> None:
    layer = rnn.LSTM(H, num_layers=2)
    layer.initialize()
    states = layer.begin_state(batch_size=N, ctx=ud.cpu())
    assert [s.shape for s in states] == [(2, N, H)] * 2
    assert float(states[0].sum()) == 0
    ones = layer.begin_state(N, func=np.ones)
    assert float(ones[1].sum()) == 2 * N * H
    (single,) = rnn.GRU(H).begin_state(N, dtype="float64")
    assert str(single.dtype) == "float64"


def test_an_item_without_steps_keeps_its_state(backend: str) -> None:
    layer = rnn.GRU(H, bidirectional=True)
    layer.initialize("xavier")
    first = np.array(array(2, N, H))
    y, (last,) = layer(np.array(array(T, N, C)), first, np.array([0, 1, T]))
    assert_equal(last.asnumpy()[:, 0], first.asnumpy()[:, 0])
    assert float(abs(y[:, 0]).sum()) == float(abs(y[1:, 1]).sum()) == 0


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda net: net(np.ones((T, C))), "sequences of vectors"),
        (lambda net: net(np.ones((T, N, C + 1))), "input_size is 4"),
        (lambda net: net(np.ones((T, N, C)), net.begin_state(N + 1)), "first states are 2 of"),
        (lambda net: net(np.ones((T, N, C)), net.begin_state(N)[0]), "first states are 2 of"),
        (lambda net: net(np.ones((T, N, C)), None, np.array([1, 2])), "one length for each"),
        (lambda net: net(np.ones((T, N, C)), None, np.array([1, 2, 7])), "between 0 and 6"),
        (lambda net: net(np.ones((T, N, C)), None, np.array([1, -2, 3])), "between 0 and 6"),
    ],
)
def test_wrong_inputs_are_explained(call, text, backend: str) -> None:
    layer = rnn.LSTM(H, input_size=C)
    layer.initialize()
    with pytest.raises(ud.errors.ShapeError, match=text):
        call(layer)


def test_wrong_options_are_explained() -> None:
    for make, text in (
        (lambda: rnn.LSTM(H, layout="CNT"), "layout is 'CNT'"),
        (lambda: rnn.RNN(H, activation="gelu"), "activation is 'gelu'"),
        (lambda: rnn.GRU(H, dropout=1.0), "dropout is 1.0"),
    ):
        with pytest.raises(ud.errors.ArgumentError, match=text):
            make()
    layer = rnn.LSTM(H, use_sequence_length=True)
    layer.initialize()
    with pytest.raises(ud.errors.ArgumentError, match="got no lengths"):
        layer(np.ones((T, N, C)))
