"""Seq2Seq: a definition in PyTorch, sizes, translation, training, errors."""

import numpy
import pytest

import unideep as ud
from unideep import gluon, np
from unideep.errors import ArgumentError, ShapeError
from unideep.model_zoo import get_model

SIZES = {
    "vocabulary": 20, "target_vocabulary": 30, "embedding_size": 6, "hidden_size": 8,
    "num_layers": 2,
}  # fmt: skip
SOURCE = numpy.array([[5, 6, 7, 8, 9], [9, 8, 7, 0, 0]])
TARGET = numpy.array([[1, 4, 5, 29], [1, 6, 7, 8]])


def made(**options):
    net = get_model("seq2seq", **(SIZES | options))
    net.initialize("xavier")
    return net


def test_logits_are_those_of_pytorchs_layers(backend: str) -> None:
    torch = pytest.importorskip("torch")
    net = made()
    weights = {
        name: torch.tensor(p.data().asnumpy()) for name, p in net.collect_params().items()
    }  # fmt: skip

    def gru(name, x, first):
        layer = torch.nn.GRU(6, 8, 2, batch_first=True)
        for ours, value in weights.items():
            if ours.startswith(f"{name}.l"):
                level, side, kind = ours.split(".")[1].split("_")
                getattr(layer, f"{kind}_{side[0]}h_{level}").data = value
        return layer(x, first)

    tables = weights["embedding.weight"], weights["target_embedding.weight"]
    for i in range(2):  # one text at a time, without its padding
        source = torch.tensor(SOURCE[i : i + 1, : (SOURCE[i] != 0).sum()])
        memory, last = gru("encoder", tables[0][source], None)
        h, _ = gru("decoder", tables[1][torch.tensor(TARGET[i : i + 1])], last)
        scores = h @ weights["score.weight"].T @ memory.transpose(1, 2)
        both = torch.cat([scores.softmax(-1) @ memory, h], -1)
        mixed = torch.tanh(both @ weights["mix.weight"].T + weights["mix.bias"])
        want = mixed @ weights["output.weight"].T + weights["output.bias"]
        got = net(np.array(SOURCE), np.array(TARGET))[i : i + 1].asnumpy()
        numpy.testing.assert_allclose(got, want.detach().numpy(), rtol=1e-4, atol=1e-5)


def test_counts(trained_size) -> None:
    assert trained_size(get_model("seq2seq")) == 1_302_760
    v, e, h, n = 20, 6, 8, 2
    gru = 3 * h * (e + h + 2) + (n - 1) * 3 * h * (2 * h + 2)
    net = get_model("seq2seq", **(SIZES | {"target_vocabulary": 0}))
    assert trained_size(net) == 2 * v * e + 2 * gru + 3 * h * h + h + v * (h + 1)


def test_translation_is_that_of_whole_passes(installed: list[str]) -> None:
    found = []
    for name in installed:
        with ud.use_backend(name):
            ud.random.seed(0)
            net = made(dropout=0.5)
            text = net.translate(SOURCE, 6, end=29).asnumpy()
            fed = numpy.concatenate([numpy.ones((2, 1), "int64"), text[:, :-1]], 1)
            best = net(np.array(SOURCE), np.array(fed)).asnumpy().argmax(-1)
            assert (best == text).all()
            found.append(text)
    for text in found:
        assert text.shape == (2, 6) and (text == found[0]).all()


def test_padding_follows_the_end_and_has_no_effect(backend: str) -> None:
    net = made()
    first = net.translate(SOURCE, 4).asnumpy()
    text = net.translate(SOURCE, 4, end=int(first[0, 0])).asnumpy()
    assert text[0].tolist() == [first[0, 0], 0, 0, 0]
    assert (net.translate(SOURCE[1:, :3], 4).asnumpy() == first[1:]).all()


def test_trains_and_comes_back(learns, comes_back, backend: str) -> None:
    options = {"num_layers": 1}
    net, twin = made(**options), get_model("seq2seq", **(SIZES | options))
    loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
    source, target = np.array(SOURCE), np.array(TARGET)

    def loss_of(x, y):
        return loss_fn(net(x, y[:, :-1]), y[:, 1:]).mean()

    compiled = backend != "torch"  # Inductor takes long: it compiles GPT
    learns(net, loss_of, source, target, compiled=compiled)
    comes_back(net, twin, source, target)


def test_errors(backend: str) -> None:
    net = made()
    with pytest.raises(ShapeError, match=r"from one token at least"):
        net.translate([[]], 3)
    with pytest.raises(ArgumentError, match=r"0 to 19[\s\S]*from 2 to 20"):
        net(np.array([[2, 20]]), np.array([[1]]))
    with pytest.raises(ArgumentError, match=r"0 to 29[\s\S]*from 1 to 30"):
        net(np.array([[2]]), np.array([[1, 30]]))
