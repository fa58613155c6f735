"""MLP and LeNet: sizes, a training step, weights saved and loaded."""

import pytest

from unideep import gluon, np
from unideep.model_zoo import get_model

loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()


@pytest.mark.parametrize(("name", "count"), [("mlp", 235_146), ("lenet", 61_706)])
def test_counts(name: str, count: int, trained_size) -> None:
    net = get_model(name)
    net.initialize()
    assert net(np.ones((2, 1, 28, 28))).shape == (2, 10)
    assert trained_size(net) == count


@pytest.mark.parametrize(
    ("name", "options"), [("mlp", {"hidden": (8,), "dropout": 0.1}), ("lenet", {})]
)
def test_trains_and_comes_back(name: str, options, learns, comes_back, backend: str) -> None:
    net, twin = (get_model(name, classes=3, **options) for _ in range(2))
    net.initialize("xavier")
    x, y = np.random.normal(size=(6, 1, 12, 12)), np.array([0, 1, 2, 0, 1, 2])
    compiled = (name, backend) != ("lenet", "torch")  # slow to compile: one of both is enough
    learns(net, lambda x, y: loss_fn(net(x), y).mean(), x, y, compiled=compiled)
    comes_back(net, twin, x)
