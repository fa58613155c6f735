"""GoogLeNet and U-Net: sizes, shapes, a training step, weights saved and loaded."""

import numpy
import pytest

from unideep import gluon, np
from unideep.errors import ShapeError
from unideep.model_zoo import get_model
from unideep.model_zoo.googlenet import inception


def test_counts(trained_size) -> None:
    assert trained_size(get_model("googlenet")) == 6_998_552
    assert trained_size(get_model("unet")) == 482_449
    assert trained_size(get_model("unet", width=64, depth=4)) == 31_036_481


def test_googlenet_takes_other_sizes() -> None:
    net = get_model("googlenet", classes=7)
    net.initialize("xavier")
    assert net(np.ones((1, 3, 64, 72))).shape == (1, 7)


def test_inception_joins_four_paths(learns, comes_back, backend: str) -> None:
    net, twin = (inception(3, 2, (3, 4), (1, 2), 2) for _ in range(2))
    net.initialize("xavier")
    x = np.random.normal(size=(2, 3, 8, 8))
    assert net(x).shape == (2, 10, 8, 8)
    learns(net, lambda x: ((net(x) - 1) ** 2).mean(), x, compiled=backend != "torch")
    comes_back(net, twin, x)


def test_unet_learns_pixels_and_comes_back(learns, comes_back, backend: str) -> None:
    net, twin = (get_model("unet", width=2, depth=1) for _ in range(2))
    net.initialize("xavier")
    x = np.random.normal(size=(2, 1, 8, 12))
    assert net(x).shape == x.shape
    loss_fn = gluon.loss.SigmoidBCELoss()
    learns(net, lambda x: loss_fn(net(x), x > 0).mean(), x, compiled=backend != "torch")
    comes_back(net, twin, x)


def test_unet_sees_a_pixel_and_its_surroundings() -> None:
    """A change in one corner reaches the opposite one only through the lower levels."""
    x = numpy.zeros((1, 1, 16, 16), "float32")
    changed = x.copy()
    changed[0, 0, 0, 0] = 1
    for depth, reaches in ((1, False), (3, True)):
        net = get_model("unet", width=4, depth=depth)
        net.initialize("xavier")
        difference = abs(net(np.array(changed)) - net(np.array(x))).asnumpy()[0, 0]
        assert difference[0, 0] > 0
        assert (difference[15, 15] > 0) == reaches


def test_unet_tells_which_sizes_it_takes(backend: str) -> None:
    net = get_model("unet", width=2, depth=2)
    net.initialize()
    with pytest.raises(ShapeError, match=r"5 x 6 pixels cannot be halved(.|\n)*2 \*\* depth"):
        net(np.ones((1, 1, 10, 12)))
