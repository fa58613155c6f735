"""Transformer: PyTorch's with the same weights, sizes, translation, training, errors."""

import math

import numpy
import pytest

import unideep as ud
from unideep import gluon, np
from unideep.errors import ArgumentError, ShapeError
from unideep.model_zoo import get_model

SIZES = {
    "vocabulary": 20, "target_vocabulary": 30, "units": 16, "num_layers": 2, "num_heads": 2,
    "hidden_units": 24,
}  # fmt: skip
SOURCE = numpy.array([[5, 6, 7, 8, 9], [9, 8, 7, 0, 0]])
TARGET = numpy.array([[1, 4, 5, 29], [1, 6, 7, 8]])


def made(**options):
    net = get_model("transformer", **(SIZES | options))
    net.initialize("xavier")
    return net


def weights_of(module) -> dict[str, numpy.ndarray]:
    """Those of a `torch.nn.Transformer` by our names."""
    found = {}
    for name, p in module.named_parameters():
        last = "memory_norm" if "decoder" in name else "feed_forward_norm"
        for theirs, ours in (
            ("self_attn", "attention"), ("multihead_attn", "memory_attention"),
            ("out_proj", "out"), ("linear1", "feed_forward.hidden"),
            ("linear2", "feed_forward.out"), ("norm1", "attention_norm"), ("norm2", last),
            ("norm3", "feed_forward_norm"), ("norm.weight", "norm.gamma"),
            ("norm.bias", "norm.beta"),
        ):  # fmt: skip
            name = name.replace(theirs, ours)
        value = p.detach().numpy()
        if "in_proj_" in name:
            for part, piece in zip(("query", "key", "value"), numpy.split(value, 3), strict=True):
                found[name.replace("in_proj_", f"{part}.")] = piece
        else:
            found[name] = value
    return found


@pytest.mark.parametrize("pre_norm", [False, True])
def test_logits_are_those_of_pytorch(pre_norm: bool, backend: str) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    with pytest.MonkeyPatch.context() as patch:  # it warns that padding is not skipped
        patch.setattr(torch.nn.TransformerEncoder.__init__, "__defaults__", (None, False, False))
        module = torch.nn.Transformer(
            16, 2, 2, 2, 24, 0.0, batch_first=True, norm_first=pre_norm
        ).eval()
    for name, p in module.named_parameters():
        if "norm" in name or "bias" in name:
            torch.nn.init.normal_(p)
    if not pre_norm:  # as in the paper, and as in ours
        module.encoder.norm = module.decoder.norm = None
    tables = [torch.nn.Embedding(20, 16), torch.nn.Embedding(30, 16)]
    names = ("embedding.weight", "target_embedding.weight")
    weights = {n: t.weight.detach().numpy() for n, t in zip(names, tables, strict=True)}
    net = get_model("transformer", **SIZES, pre_norm=pre_norm)
    net.load_dict(weights | weights_of(module))
    x, y = (
        torch.tensor(tables[i].weight[tokens].detach().numpy() * 4 + waves(tokens.shape[1]))
        for i, tokens in enumerate((SOURCE, TARGET))
    )
    padding = torch.tensor(SOURCE == 0)
    with torch.no_grad():
        seen = module(
            x, y, tgt_mask=torch.nn.Transformer.generate_square_subsequent_mask(4),
            src_key_padding_mask=padding, memory_key_padding_mask=padding,
        )  # fmt: skip
        want = (seen @ tables[1].weight.T).numpy()
    got = net(np.array(SOURCE), np.array(TARGET)).asnumpy()
    numpy.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-4)


def waves(length: int) -> numpy.ndarray:
    """The paper's positions for 16 units."""
    table = [
        [(math.cos if i % 2 else math.sin)(p / 10000 ** (i // 2 * 2 / 16)) for i in range(16)]
        for p in range(length)
    ]
    return numpy.array(table, "float32")


@pytest.mark.parametrize("shared", [False, True])
def test_counts(shared: bool, trained_size) -> None:
    net = made(target_vocabulary=0 if shared else 30)
    net(np.array(SOURCE), np.array(TARGET[:, :3]))
    v, u, n, f = 20 if shared else 50, 16, 2, 24
    assert trained_size(net) == v * u + n * (12 * u * u + 4 * u * f + 24 * u + 2 * f)
    v, u, n, f = 37000, 512, 6, 2048
    assert v * u + n * (12 * u * u + 4 * u * f + 24 * u + 2 * f) == 63_082_496


def test_translation_is_that_of_whole_passes(installed: list[str]) -> None:
    found = []
    for name in installed:
        with ud.use_backend(name):
            ud.random.seed(0)
            net = made(dropout=0.5)
            for source in (SOURCE[::-1], SOURCE):  # the second time in the same cache
                text = net.translate(source, 6, end=29).asnumpy()
            fed = numpy.concatenate([numpy.ones((2, 1), "int64"), text[:, :-1]], 1)
            best = net(np.array(SOURCE), np.array(fed)).asnumpy().argmax(-1)
            assert (best == text).all()
            found.append(text)
    for text in found:
        assert text.shape == (2, 6) and (text == found[0]).all()


def test_padding_follows_the_end(backend: str) -> None:
    net = made()
    first = net.translate(SOURCE, 4).asnumpy()
    end = int(first[0, 0])
    text = net.translate(SOURCE, 4, end=end).asnumpy()
    assert text[0].tolist() == [end, 0, 0, 0]
    assert net.translate(SOURCE, 0).shape == (2, 0)


def test_trains_and_comes_back(learns, comes_back, backend: str) -> None:
    options = {"num_layers": 1, "target_vocabulary": 0}
    net, twin = made(**options), get_model("transformer", **(SIZES | options))
    loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
    source, target = np.array(SOURCE), np.array(SOURCE[:, :4])

    def loss_of(x, y):
        return loss_fn(net(x, y[:, :-1]), y[:, 1:]).mean()

    compiled = backend != "torch"  # Inductor takes long: it compiles GPT
    learns(net, loss_of, source, target, compiled=compiled)
    net(source, target)
    comes_back(net, twin, source, target)


def test_errors(backend: str) -> None:
    net = made()
    with pytest.raises(ShapeError, match=r"from one token at least"):
        net.translate([[]], 3)
    with pytest.raises(ArgumentError, match=r"0 to 19[\s\S]*from 2 to 20"):
        net(np.array([[2, 20]]), np.array([[1]]))
    with pytest.raises(ArgumentError, match=r"0 to 29[\s\S]*from 1 to 30"):
        net(np.array([[2]]), np.array([[1, 30]]))
    with pytest.raises(ArgumentError, match=r"length is -1"):
        net.translate([[3]], -1)
