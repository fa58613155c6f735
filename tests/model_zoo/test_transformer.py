"""Transformer: PyTorch's with the same weights, sizes."""

import math

import numpy
import pytest

from unideep import np
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
