"""Residual networks: published sizes, outputs of Keras, a training step, save and load."""

from typing import Any

import numpy
import pytest

from unideep import gluon, np
from unideep.model_zoo import get_model
from unideep.model_zoo.resnet import ResNet, basic, bottleneck

# torchvision's numbers; resnet20 by hand.
COUNTS = {
    "resnet18": 11_689_512,
    "resnet20": 272_474,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str, trained_size) -> None:
    assert trained_size(get_model(name)) == COUNTS[name]


def test_trains_and_comes_back(learns, comes_back, backend: str) -> None:
    # Two blocks: those of resnet20 take PyTorch a minute to compile.
    options: dict[str, Any] = {"classes": 3, "thumbnail": True}
    net, twin = (ResNet(basic, (1, 1), (4, 8), **options) for _ in range(2))
    net.initialize("msraprelu")
    loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
    x, y = np.random.normal(size=(6, 3, 8, 8)), np.array([0, 1, 2, 0, 1, 2])
    learns(net, lambda x, y: loss_fn(net(x), y).mean(), x, y)
    comes_back(net, twin, x)


def test_resnet20_takes_small_images(backend: str) -> None:
    net = get_model("resnet20", width=4, in_channels=1)
    net.initialize("xavier")
    assert net(np.ones((2, 1, 8, 8))).shape == (2, 10)


@pytest.mark.parametrize("stride_first", [False, True])
def test_a_small_bottleneck_net(stride_first: bool, backend: str) -> None:
    net = ResNet(bottleneck, (1, 2), (8, 16), classes=5, stem=4, stride_first=stride_first)
    net.initialize("xavier")
    assert net(np.ones((2, 3, 33, 32))).shape == (2, 5)
    strides = [layer._options["stride"] for layer in net.features[5][0].body[:4:3]]
    assert strides == ([(2, 2), (1, 1)] if stride_first else [(1, 1), (2, 2)])


@pytest.fixture(scope="module")
def keras_resnet() -> tuple[numpy.ndarray, numpy.ndarray, dict[str, numpy.ndarray]]:
    """An image, Keras's ResNet-152 scores of it, and its weights by our names."""
    keras: Any = pytest.importorskip("keras")
    model = keras.applications.ResNet152(
        weights=None, input_shape=(64, 64, 3), classifier_activation=None
    )
    rng = numpy.random.default_rng(0)
    for layer in model.layers:
        if layer.name.endswith("_bn"):  # as after training; a small gamma keeps 50 sums in bounds
            size = layer.gamma.shape[0]
            around = rng.uniform(0.1, 0.5, size), *rng.normal(0, 0.2, (2, size))
            layer.set_weights([*around, rng.uniform(0.5, 2, size)])
        elif layer.name.endswith("_conv"):
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, rng.normal(0, 0.2, bias.shape)])
    x = rng.standard_normal((2, 64, 64, 3)).astype("float32")
    scores = keras.ops.convert_to_numpy(model(x))
    return x.transpose(0, 3, 1, 2), scores, _renamed(model)


def _renamed(model: Any) -> dict[str, numpy.ndarray]:
    found = _conv_norm(model, "conv1", "features.0", "features.1")
    for stage, count in enumerate((3, 8, 36, 3)):
        for block in range(count):
            theirs, ours = f"conv{stage + 2}_block{block + 1}", f"features.{stage + 4}.{block}"
            for i in (1, 2, 3):
                at = f"{ours}.body.{3 * i - 3}", f"{ours}.body.{3 * i - 2}"
                found |= _conv_norm(model, f"{theirs}_{i}", *at)
            if not block:
                at = f"{ours}.shortcut.0", f"{ours}.shortcut.1"
                found |= _conv_norm(model, f"{theirs}_0", *at)
    weight, bias = model.get_layer("predictions").get_weights()
    return found | {"output.weight": weight.T, "output.bias": bias}


def _conv_norm(model: Any, theirs: str, conv: str, norm: str) -> dict[str, numpy.ndarray]:
    """Keras's convolution has a bias: the normalisation's running mean takes it in."""
    kernel, bias = model.get_layer(f"{theirs}_conv").get_weights()
    gamma, beta, mean, var = model.get_layer(f"{theirs}_bn").get_weights()
    values = {"gamma": gamma, "beta": beta, "running_mean": mean - bias, "running_var": var}
    found = {f"{norm}.{name}": value for name, value in values.items()}
    return found | {f"{conv}.weight": kernel.transpose(3, 2, 0, 1)}


def test_equals_keras(keras_resnet, backend: str) -> None:
    x, want, weights = keras_resnet
    net = get_model("resnet152", epsilon=1.001e-5, stride_first=True)
    net.load_dict(weights)
    got = net(np.array(x)).asnumpy()
    assert abs(got - want).max() < 1e-4 * abs(want).max()
    assert want.std() > 0.1 * abs(want).max()  # the classes are told apart
