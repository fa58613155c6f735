"""Every model of pictures in float64 and hybridized gives its eager float32 outputs."""

from typing import Any

import numpy
import pytest

from unideep import np
from unideep.model_zoo import get_model
from unideep.model_zoo.googlenet import inception
from unideep.model_zoo.resnet import ResNet, basic

SMALL: list[tuple[Any, tuple[int, ...]]] = [
    (lambda: get_model("mlp", hidden=(8,)), (2, 5)),
    (lambda: get_model("lenet"), (2, 1, 12, 12)),
    (lambda: ResNet(basic, (1, 1), (4, 8), classes=3, thumbnail=True), (2, 3, 8, 8)),
    (lambda: inception(3, 2, (3, 4), (1, 2), 2), (2, 3, 6, 6)),
    (lambda: get_model("unet", width=2, depth=1), (2, 1, 8, 8)),
    (lambda: get_model("dcgan_generator", size=8, width=4, noise=3), (2, 3)),
    (lambda: get_model("dcgan_discriminator", size=16, width=4), (2, 3, 16, 16)),
    (lambda: get_model("wgan_critic", size=16, width=4), (2, 3, 16, 16)),
    (lambda: get_model("autoencoder", shape=(1, 4, 4), hidden=(8,), code=3), (2, 1, 4, 4)),
    (lambda: get_model("vae", shape=(1, 4, 4), code=3, width=2), (2, 1, 4, 4)),
]


@pytest.mark.parametrize(("make", "shape"), SMALL)
def test_float64_and_hybridized(make: Any, shape: tuple[int, ...], backend: str) -> None:
    net = make()
    net.initialize("xavier")
    x = np.random.normal(size=shape)
    want = outputs(net, x)
    net.cast("float64")
    if backend != "torch":  # Inductor takes seconds for each, see the two training tests
        net.hybridize()
    for _ in range(3):
        for a, b in zip(outputs(net, x.astype("float64")), want, strict=True):
            assert a.dtype == "float64"
            numpy.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def outputs(net: Any, x: Any) -> list[numpy.ndarray]:
    found = net(x)
    return [y.asnumpy() for y in (found if isinstance(found, tuple) else (found,))]
