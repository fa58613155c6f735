"""Every model hybridized and in float64 gives what NumPy gives eagerly."""

from typing import Any

import numpy
import pytest

import unideep as ud
from unideep import np
from unideep.model_zoo import get_model
from unideep.model_zoo.googlenet import inception
from unideep.model_zoo.resnet import ResNet, basic

SMALL: dict[str, tuple[Any, tuple[int, ...]]] = {
    "mlp": (lambda: get_model("mlp", hidden=(8,)), (2, 5)),
    "lenet": (lambda: get_model("lenet"), (2, 1, 12, 12)),
    "resnet": (lambda: ResNet(basic, (1, 1), (4, 8), classes=3, thumbnail=True), (2, 3, 8, 8)),
    "inception": (lambda: inception(3, 2, (3, 4), (1, 2), 2), (2, 3, 6, 6)),
    "unet": (lambda: get_model("unet", width=2, depth=1), (2, 1, 8, 8)),
    "generator": (lambda: get_model("dcgan_generator", size=8, width=4, noise=3), (2, 3)),
    "discriminator": (lambda: get_model("dcgan_discriminator", size=16, width=4), (2, 3, 16, 16)),
    "critic": (lambda: get_model("wgan_critic", size=16, width=4), (2, 3, 16, 16)),
    "autoencoder": (
        lambda: get_model("autoencoder", shape=(1, 4, 4), hidden=(8,), code=3),
        (2, 1, 4, 4),
    ),
    "vae": (lambda: get_model("vae", shape=(1, 4, 4), code=3, width=2), (2, 1, 4, 4)),
}


STACK = {"vocabulary": 9, "units": 8, "num_layers": 1, "num_heads": 2}
TEXT: dict[str, tuple[dict[str, Any], int]] = {  # options and number of inputs
    "bert": ({**STACK, "max_length": 5}, 2),
    "char_lm": ({"vocabulary": 9, "hidden_size": 4, "embedding_size": 3}, 1),
    "gpt": ({**STACK, "max_length": 5}, 1),
    "seq2seq": ({"vocabulary": 9, "hidden_size": 4, "embedding_size": 3}, 2),
    "transformer": (STACK, 2),
}


@pytest.mark.parametrize("name", SMALL)
def test_float64_and_hybridized(name: str, backend: str) -> None:
    make, shape = SMALL[name]
    x = numpy.random.default_rng(0).standard_normal(shape)
    assert_the_same_everywhere(make(), [x], backend)


@pytest.mark.parametrize("name", TEXT)
def test_language_models_in_float64_and_hybridized(name: str, backend: str) -> None:
    options, inputs = TEXT[name]
    text, other = numpy.array([[3, 1, 2], [4, 0, 0]]), numpy.array([[1, 0, 1], [1, 1, 0]])
    assert_the_same_everywhere(get_model(name, **options), [text, other][:inputs], backend)


def assert_the_same_everywhere(net: Any, inputs: list[numpy.ndarray], backend: str) -> None:
    with ud.use_backend("numpy"):
        net.initialize("xavier")
        net.cast("float64")
        want = outputs(net, inputs)
    net.to_backend(backend)
    if backend != "torch":  # Inductor takes seconds for each, see the two training tests
        net.hybridize()
    for _ in range(3):
        for a, b in zip(outputs(net, inputs), want, strict=True):
            assert a.dtype == "float64"
            numpy.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-10)


def outputs(net: Any, inputs: list[numpy.ndarray]) -> list[numpy.ndarray]:
    found = net(*(np.array(x, str(x.dtype)) for x in inputs))
    return [y.asnumpy() for y in (found if isinstance(found, tuple) else (found,))]
