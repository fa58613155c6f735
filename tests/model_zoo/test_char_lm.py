"""CharLM: PyTorch's layers with the same weights, sizes, text, training, errors."""

import numpy
import pytest

import unideep as ud
from unideep import gluon, np
from unideep.errors import ArgumentError, ShapeError
from unideep.model_zoo import get_model

SIZES = {"vocabulary": 20, "embedding_size": 6, "hidden_size": 8, "num_layers": 2}
CELLS = ("lstm", "gru")


def made(**options):
    net = get_model("char_lm", **(SIZES | options))
    net.initialize("xavier")
    return net


@pytest.mark.parametrize("cell", CELLS)
def test_logits_and_states_are_pytorchs(cell: str, backend: str) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    table, output = torch.nn.Embedding(20, 6), torch.nn.Linear(8, 20)
    layers = getattr(torch.nn, cell.upper())(6, 8, 2, batch_first=True)
    weights = {"embedding.weight": table.weight, "output.weight": output.weight}
    weights["output.bias"] = output.bias
    for name, p in layers.named_parameters():
        kind, side, level = name.split("_")
        weights[f"layers.{level}_{'i' if side == 'ih' else 'h'}2h_{kind}"] = p
    net = get_model("char_lm", cell=cell, **SIZES)
    net.load_dict({name: p.detach().numpy() for name, p in weights.items()})
    tokens = numpy.random.default_rng(0).integers(0, 20, (3, 7))
    y, last = layers(table(torch.tensor(tokens)))
    got, states = net(np.array(tokens), net.begin_state(3))
    assert_equal(got, output(y))
    assert_equal(net(np.array(tokens)), output(y))
    for ours, theirs in zip(states, last if cell == "lstm" else [last], strict=True):
        assert_equal(ours, theirs)


def assert_equal(got, want) -> None:
    numpy.testing.assert_allclose(got.asnumpy(), want.detach().numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("cell", "count"), [("lstm", 370_816), ("gru", 288_384)])
def test_counts(cell: str, count: int, trained_size) -> None:
    assert trained_size(get_model("char_lm", cell=cell)) == count
    v, e, h, n, g = *SIZES.values(), 4 if cell == "lstm" else 3
    want = v * e + g * h * (e + h + 2) + (n - 1) * g * h * (2 * h + 2) + v * (h + 1)
    assert trained_size(get_model("char_lm", cell=cell, **SIZES)) == want


@pytest.mark.parametrize("cell", CELLS)
def test_greedy_text_is_that_of_whole_passes(cell: str, installed: list[str]) -> None:
    texts = []
    for name in installed:
        with ud.use_backend(name):
            ud.random.seed(0)
            net = made(cell=cell, dropout=0.5)
            texts.append(net.sample([[1, 2], [3, 4]], 6, temperature=0).asnumpy())
            best = net(np.array(texts[-1])).asnumpy().argmax(-1)
            assert (best[:, 1:-1] == texts[-1][:, 2:]).all()
    for text in texts:
        assert text.shape == (2, 8) and (text == texts[0]).all()


def test_draws_are_of_the_seed(installed: list[str]) -> None:
    texts = []
    for name in installed:
        with ud.use_backend(name):
            ud.random.seed(0)
            net = made()
            for _ in range(2):
                ud.random.seed(1)
                text = net.sample([[1, 2]], 6, temperature=2.0, top_k=7)
                texts.append(text.asnumpy().tolist())
    assert texts == [texts[0]] * len(texts)


@pytest.mark.parametrize("cell", CELLS)
def test_trains_and_comes_back(cell: str, learns, comes_back, backend: str) -> None:
    net, twin = made(cell=cell), get_model("char_lm", cell=cell, **SIZES)
    loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
    x = np.array(numpy.tile(numpy.arange(8), (4, 1)))

    def loss_of(x, y):
        return loss_fn(net(x), y).mean()

    compiled = backend != "torch"  # Inductor takes long: it compiles GPT
    learns(net, loss_of, x[:, :-1], x[:, 1:], compiled=compiled)
    comes_back(net, twin, x)


def test_errors(backend: str) -> None:
    with pytest.raises(ArgumentError, match=r"'rnn'[\s\S]*lstm"):
        made(cell="rnn")
    net = made()
    with pytest.raises(ShapeError, match=r"from one token at least"):
        net.sample([[]], 3)
    with pytest.raises(ArgumentError, match=r"0 to 19[\s\S]*from 2 to 20"):
        net(np.array([[2, 20]]))
    with pytest.raises(ArgumentError, match=r"top_p is 2"):
        net.sample([[1]], 3, top_p=2)
