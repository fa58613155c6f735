"""BERT: the logits of `transformers`' BERT, sizes, training, errors."""

import numpy
import pytest

from unideep import gluon, np
from unideep.errors import ArgumentError, ShapeError
from unideep.model_zoo import get_model

SIZES = {
    "vocabulary": 50, "max_length": 24, "units": 32, "num_layers": 2, "num_heads": 2,
    "hidden_units": 40,
}  # fmt: skip

# Parts of names, theirs and ours, in the order of replacement.
NAMES = (
    ("bert.embeddings.word_embeddings", "embedding"),
    ("bert.embeddings.position_embeddings", "positions"),
    ("bert.embeddings.token_type_embeddings", "token_types"),
    ("bert.embeddings.LayerNorm", "norm"),
    ("cls.predictions.transform.dense", "hidden"),
    ("cls.predictions.transform.LayerNorm", "hidden_norm"),
    ("cls.predictions.bias", "bias"),
    ("bert.encoder.layer", "encoder.layers"),
    ("attention.self", "attention"),
    ("attention.output.dense", "attention.out"),
    ("attention.output.LayerNorm", "attention_norm"),
    ("intermediate.dense", "feed_forward.hidden"),
    ("output.dense", "feed_forward.out"),
    ("output.LayerNorm", "feed_forward_norm"),
    ("norm.weight", "norm.gamma"),
    ("norm.bias", "norm.beta"),
)


def our_name(name: str) -> str:
    for theirs, ours in NAMES:
        name = name.replace(theirs, ours)
    return name


def test_logits_are_those_of_transformers(backend: str) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=40, max_position_embeddings=24, initializer_range=0.3,
    )  # fmt: skip
    module = transformers.BertForMaskedLM(config).eval()
    for name, p in module.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(p)
    net = get_model("bert", **SIZES)
    net.load_dict({our_name(n): p.detach().numpy() for n, p in module.named_parameters()})
    rng = numpy.random.default_rng(0)
    tokens, types = rng.integers(0, 50, (2, 9)), rng.integers(0, 2, (2, 9))
    seen = numpy.arange(9) < numpy.array([[6], [9]])
    ours, theirs = map(np.array, (tokens, types, seen)), map(torch.tensor, (tokens, types, seen))
    tokens, types, seen = ours
    x, kinds, mask = theirs
    with torch.no_grad():
        plain = module(x).logits.numpy()
        want = module(x, attention_mask=mask, token_type_ids=kinds).logits.numpy()
    numpy.testing.assert_allclose(net(tokens).asnumpy(), plain, rtol=1e-4, atol=1e-4)
    got = net(tokens, types, seen).asnumpy()
    numpy.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-4)


def test_size_of_bert_base_without_its_weights(trained_size) -> None:
    assert trained_size(get_model("bert")) == 109_514_298
    v, p, u, n, _, f = SIZES.values()
    want = (v + p + 4) * u + n * (4 * u * u + 2 * u * f + 9 * u + f) + u * u + 3 * u + v
    assert trained_size(get_model("bert", **SIZES)) == want


def test_trains_and_comes_back(learns, comes_back, backend: str) -> None:
    net, twin = (get_model("bert", **SIZES) for _ in range(2))
    net.initialize("xavier")
    loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
    want = numpy.tile(numpy.arange(8), (4, 1))
    hidden = numpy.random.default_rng(0).random(want.shape) < 0.3
    shown = numpy.where(hidden, 49, want)
    batch = [np.array(a) for a in (shown, want, hidden.astype("float32"))]

    def loss_of(x, y, weight):
        return loss_fn(net(x), y, weight).mean()

    compiled = backend != "torch"  # Inductor takes long: it compiles GPT
    learns(net, loss_of, *batch, compiled=compiled)
    comes_back(net, twin, batch[0])


def test_errors(backend: str) -> None:
    net = get_model("bert", **SIZES)
    net.initialize()
    with pytest.raises(ShapeError, match=r"ends at position 25, and the table at 24"):
        net(np.zeros((1, 25), dtype="int32"))
    with pytest.raises(ArgumentError, match=r"0 to 49[\s\S]*from 3 to 50"):
        net(np.array([[3, 50]]))
    with pytest.raises(ArgumentError, match=r"0 to 1[\s\S]*from 0 to 2"):
        net(np.array([[3, 4]]), np.array([[0, 2]]))
