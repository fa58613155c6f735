"""Seq2Seq: a definition in PyTorch, sizes."""

import numpy
import pytest

from unideep import np
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
