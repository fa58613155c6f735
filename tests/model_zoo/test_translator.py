"""What the two models that translate share: translation, training, errors."""

import numpy
import pytest

import unideep as ud
from unideep import gluon, np
from unideep.errors import ArgumentError, ShapeError
from unideep.model_zoo import get_model

SIZES = {
    "seq2seq": {"embedding_size": 6, "hidden_size": 8},
    "transformer": {"units": 16, "num_heads": 2, "hidden_units": 24},
}
SOURCE = numpy.array([[5, 6, 7, 8, 9], [9, 8, 7, 0, 0]])

pytestmark = pytest.mark.parametrize("name", SIZES)


def small(name: str, **options):
    sizes = {"vocabulary": 20, "target_vocabulary": 30, "num_layers": 2} | SIZES[name]
    return get_model(name, **(sizes | options))


def made(name: str, **options):
    net = small(name, **options)
    net.initialize("xavier")
    return net


def test_translation_is_that_of_whole_passes(name: str, installed: list[str]) -> None:
    found = []
    for engine in installed:
        with ud.use_backend(engine):
            ud.random.seed(0)
            net = made(name, dropout=0.5)
            for source in (SOURCE[::-1], SOURCE):  # the second time in the same cache
                text = net.translate(source, 6, end=29).asnumpy()
            fed = numpy.concatenate([numpy.ones((2, 1), "int64"), text[:, :-1]], 1)
            best = net(np.array(SOURCE), np.array(fed)).asnumpy().argmax(-1)
            assert (best == text).all()
            found.append(text)
    for text in found:
        assert text.shape == (2, 6) and (text == found[0]).all()


def test_padding_follows_the_end_and_has_no_effect(name: str, backend: str) -> None:
    net = made(name)
    first = net.translate(SOURCE, 4).asnumpy()
    text = net.translate(SOURCE, 4, end=int(first[0, 0])).asnumpy()
    assert text[0].tolist() == [first[0, 0], 0, 0, 0]
    assert (net.translate(SOURCE[1:, :3], 4).asnumpy() == first[1:]).all()
    assert net.translate(SOURCE, 0).shape == (2, 0)


def test_trains_and_comes_back(name: str, learns, comes_back, backend: str) -> None:
    options = {"num_layers": 1, "target_vocabulary": 0}
    net, twin = made(name, **options), small(name, **options)
    loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
    source, target = np.array(SOURCE), np.array(SOURCE[:, :4])

    def loss_of(x, y):
        return loss_fn(net(x, y[:, :-1]), y[:, 1:]).mean()

    compiled = backend != "torch"  # Inductor takes long: it compiles GPT
    learns(net, loss_of, source, target, compiled=compiled)
    comes_back(net, twin, source, target)


def test_errors(name: str, backend: str) -> None:
    net = made(name)
    with pytest.raises(ShapeError, match=r"from one token at least"):
        net.translate([[]], 3)
    with pytest.raises(ArgumentError, match=r"0 to 19[\s\S]*from 2 to 20"):
        net(np.array([[2, 20]]), np.array([[1]]))
    with pytest.raises(ArgumentError, match=r"0 to 29[\s\S]*from 1 to 30"):
        net(np.array([[2]]), np.array([[1, 30]]))
    with pytest.raises(ArgumentError, match=r"length is -1"):
        net.translate([[3]], -1)
