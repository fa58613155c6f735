"""Models with the weights of an independent definition in PyTorch give its outputs."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy
import pytest

from unideep import np
from unideep.model_zoo import get_model

torch = pytest.importorskip("torch")
T: Any = torch.nn


def values(modules: Iterable[Any]) -> Iterator[numpy.ndarray]:
    """Weights and statistics of the layers among `modules`, in UniDeep's order of each layer."""
    for layer in modules:
        for name in ("weight", "bias", "running_mean", "running_var"):
            if isinstance(value := getattr(layer, name, None), torch.Tensor):
                yield value.detach().numpy()


def assert_equal(net: Any, reference: Any, modules: Iterable[Any], shape: tuple[int, ...]) -> None:
    """Both nets' outputs, with the weights of `modules` copied in the order of our layers."""
    reference.eval()
    for layer in reference.modules():
        if isinstance(layer, T.BatchNorm2d):  # as after training
            for value in (layer.weight, layer.running_var):
                T.init.uniform_(value, 0.5, 1.5)
            for value in (layer.bias, layer.running_mean):
                T.init.normal_(value, std=0.3)
    x = numpy.random.default_rng(0).standard_normal(shape).astype("float32")
    with torch.no_grad():
        want = reference(torch.tensor(x))
    want = getattr(want, "logits", want).numpy()
    net.load_dict(dict(zip(net.collect_params(), values(modules), strict=True)))
    got = net(np.array(x)).asnumpy()
    assert got.shape == want.shape
    assert abs(got - want).max() < 1e-4 * abs(want).max()
    assert want.std() > 0.01 * abs(want).max()  # it is the input that decides


@pytest.mark.parametrize(
    ("name", "kind", "depths"),
    [("resnet18", "basic", [2, 2, 2, 2]), ("resnet50", "bottleneck", [3, 4, 6, 3])],
)
def test_resnet(name: str, kind: str, depths: list[int], backend: str) -> None:
    transformers: Any = pytest.importorskip("transformers")
    torch.manual_seed(0)
    wide = 64 if kind == "basic" else 256
    config = transformers.ResNetConfig(
        layer_type=kind, depths=depths, hidden_sizes=[wide * 2**i for i in range(4)], num_labels=7
    )
    reference = transformers.ResNetForImageClassification(config)
    modules = [*reference.resnet.embedder.modules()]
    for stage in reference.resnet.encoder.stages:
        for block in stage.layers:
            modules += [*block.layer.modules(), *block.shortcut.modules()]
    modules += reference.classifier
    assert_equal(get_model(name, classes=7), reference, modules, (2, 3, 64, 64))


def conv(inputs: int, channels: int, kernel: int, **options: int) -> Any:
    return T.Sequential(T.Conv2d(inputs, channels, kernel, **options), T.ReLU())


class Inception(T.Module):
    """The paper's column of table 1: 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection."""

    def __init__(self, inputs: int, a: int, b: int, c: int, d: int, e: int, f: int) -> None:
        super().__init__()
        self.a = conv(inputs, a, 1)
        self.b = T.Sequential(conv(inputs, b, 1), conv(b, c, 3, padding=1))
        self.d = T.Sequential(conv(inputs, d, 1), conv(d, e, 5, padding=2))
        self.f = T.Sequential(T.MaxPool2d(3, 1, 1), conv(inputs, f, 1))

    def forward(self, x: Any) -> Any:
        return torch.cat([self.a(x), self.b(x), self.d(x), self.f(x)], 1)


def test_googlenet(backend: str) -> None:
    torch.manual_seed(0)

    def half() -> Any:
        return T.MaxPool2d(3, 2, 1)

    reference = T.Sequential(
        conv(3, 64, 7, stride=2, padding=3), half(),
        conv(64, 64, 1), conv(64, 192, 3, padding=1), half(),
        Inception(192, 64, 96, 128, 16, 32, 32), Inception(256, 128, 128, 192, 32, 96, 64), half(),
        Inception(480, 192, 96, 208, 16, 48, 64), Inception(512, 160, 112, 224, 24, 64, 64),
        Inception(512, 128, 128, 256, 24, 64, 64), Inception(512, 112, 144, 288, 32, 64, 64),
        Inception(528, 256, 160, 320, 32, 128, 128), half(),
        Inception(832, 256, 160, 320, 32, 128, 128), Inception(832, 384, 192, 384, 48, 128, 128),
        T.AdaptiveAvgPool2d(1), T.Flatten(), T.Linear(1024, 7),
    )  # fmt: skip
    for layer in reference.modules():
        if isinstance(layer, T.Conv2d):
            T.init.kaiming_normal_(layer.weight)
    assert_equal(get_model("googlenet", classes=7), reference, reference.modules(), (2, 3, 64, 64))


class UNet(T.Module):
    """Level by level, in the order of execution."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.downs, self.ups, self.joins = T.ModuleList(), T.ModuleList(), T.ModuleList()
        for inputs, channels in zip((1, *widths), widths, strict=False):
            self.downs.append(self.double(inputs, channels))
        for channels in widths[-2::-1]:
            self.ups.append(T.ConvTranspose2d(2 * channels, channels, 2, 2))
            self.joins.append(self.double(2 * channels, channels))
        self.output = T.Conv2d(widths[0], 1, 1)

    def double(self, inputs: int, channels: int) -> Any:
        layers = []
        for seen in (inputs, channels):
            layers += [T.Conv2d(seen, channels, 3, padding=1, bias=False)]
            layers += [T.BatchNorm2d(channels), T.ReLU()]
        return T.Sequential(*layers)

    def forward(self, x: Any) -> Any:
        seen = []
        for down in self.downs:
            seen.append(down(T.functional.max_pool2d(seen[-1], 2) if seen else x))
        y = seen.pop()
        for up, join in zip(self.ups, self.joins, strict=True):
            y = join(torch.cat([seen.pop(), up(y)], 1))
        return self.output(y)

    def ordered(self) -> Iterator[Any]:
        yield from self.downs.modules()
        for up, join in zip(self.ups, self.joins, strict=True):
            yield from (up, *join.modules())
        yield self.output


def test_unet(backend: str) -> None:
    torch.manual_seed(0)
    reference = UNet((4, 8, 16))
    net = get_model("unet", width=4, depth=2)
    assert_equal(net, reference, reference.ordered(), (2, 1, 12, 16))


def test_dcgan(backend: str) -> None:
    """The nets of PyTorch's tutorial, narrower."""
    torch.manual_seed(0)
    layers: list[Any] = [T.Unflatten(1, (9, 1, 1))]
    for step, (inputs, channels) in enumerate(((9, 32), (32, 16), (16, 8), (8, 4))):
        stride, padding = (2, 1) if step else (1, 0)
        layers += [T.ConvTranspose2d(inputs, channels, 4, stride, padding, bias=False)]
        layers += [T.BatchNorm2d(channels), T.ReLU()]
    generator = T.Sequential(*layers, T.ConvTranspose2d(4, 3, 4, 2, 1, bias=False), T.Tanh())
    net = get_model("dcgan_generator", width=4, noise=9)
    assert_equal(net, generator, generator.modules(), (2, 9))

    layers = [T.Conv2d(3, 4, 4, 2, 1, bias=False), T.LeakyReLU(0.2)]
    for inputs, channels in ((4, 8), (8, 16), (16, 32)):
        layers += [T.Conv2d(inputs, channels, 4, 2, 1, bias=False)]
        layers += [T.BatchNorm2d(channels), T.LeakyReLU(0.2)]
    judge = T.Sequential(*layers, T.Conv2d(32, 1, 4, bias=False), T.Flatten())
    net = get_model("dcgan_discriminator", width=4)
    assert_equal(net, judge, judge.modules(), (2, 3, 64, 64))
