"""GANs and autoencoders: sizes, shapes, training steps, weights saved and loaded."""

import math

import numpy
import pytest

from unideep import autograd, np
from unideep.errors import ArgumentError
from unideep.gluon import nn
from unideep.model_zoo import get_model
from unideep.model_zoo.autoencoder import vae_loss
from unideep.model_zoo.gan import gradient_penalty

# By hand; those of the DCGAN are the ones of PyTorch's tutorial.
COUNTS = {
    "autoencoder": 439_728,
    "dcgan_discriminator": 2_765_568,
    "dcgan_generator": 3_576_704,
    "vae": 220_385,
    "wgan_critic": 2_765_568,
}
SMALL = {"size": 8, "width": 4, "channels": 1}


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str, trained_size) -> None:
    assert trained_size(get_model(name)) == COUNTS[name]


@pytest.mark.parametrize("size", [8, 32])
def test_generator_draws_what_the_judges_take(size: int) -> None:
    options = {"size": size, "width": 2, "channels": 3}
    generator = get_model("dcgan_generator", noise=5, **options)
    generator.initialize()
    images = generator(np.random.normal(size=(2, 5)))
    assert images.shape == (2, 3, size, size)
    assert float(abs(images).max()) <= 1
    for name in ("dcgan_discriminator", "wgan_critic"):
        judge = get_model(name, **options)
        judge.initialize()
        assert judge(images).shape == (2, 1)


@pytest.mark.parametrize("size", [0, 4, 12, 65])
def test_sizes_of_images_are_powers_of_two(size: int) -> None:
    with pytest.raises(ArgumentError, match=f"size is {size}"):
        get_model("dcgan_generator", size=size)


def test_generator_learns_and_comes_back(learns, comes_back, backend: str) -> None:
    net, twin = (get_model("dcgan_generator", noise=3, **SMALL) for _ in range(2))
    net.initialize("xavier")
    noise = np.random.normal(size=(4, 3))
    learns(net, lambda x: ((net(x) - 0.5) ** 2).mean(), noise, compiled=backend != "torch")
    comes_back(net, twin, noise)


def test_critic_learns_under_its_penalty(learns, comes_back, backend: str) -> None:
    net, twin = (get_model("wgan_critic", **SMALL) for _ in range(2))
    net.initialize("xavier")
    real, fake = np.random.normal(1, size=(4, 1, 8, 8)), np.random.normal(size=(4, 1, 8, 8))
    share = np.random.uniform(size=(4, 1, 1, 1))

    def loss_of(real, fake, share):
        penalty = gradient_penalty(net, real, fake, share).mean()
        return net(fake).mean() - net(real).mean() + 10 * penalty

    learns(net, loss_of, real, fake, share, compiled=backend != "torch")
    comes_back(net, twin, real)


def test_penalty_of_a_linear_critic(backend: str) -> None:
    """(|w| - 1)² wherever the images are, and its gradient 2 (|w| - 1) w / |w|."""
    critic = nn.Dense(1, use_bias=False, in_units=4)
    critic.initialize()
    critic.weight.set_data(np.array([[2.0, 0.0, 2.0, 1.0]]))
    real, fake = np.ones((2, 1, 2, 2)), np.zeros((2, 1, 2, 2))
    with autograd.record():
        penalty = gradient_penalty(critic, real, fake, np.full((2, 1, 1, 1), 0.5))
    penalty.backward()
    numpy.testing.assert_allclose(penalty.asnumpy(), [4, 4], rtol=1e-5)
    want = 2 * 2 * 2 * numpy.array([[2, 0, 2, 1]]) / 3
    numpy.testing.assert_allclose(critic.weight.grad().asnumpy(), want, rtol=1e-5)


def test_autoencoder_learns_and_comes_back(learns, comes_back, backend: str) -> None:
    net, twin = (get_model("autoencoder", shape=(1, 4, 4), hidden=(8,), code=3) for _ in range(2))
    net.initialize("xavier")
    x = np.random.uniform(size=(4, 1, 4, 4))
    assert net(x).shape == x.shape
    assert net.encoder(x).shape == (4, 3)
    learns(net, lambda x: ((net(x) - x) ** 2).mean(), x, compiled=backend != "torch")
    comes_back(net, twin, x)


def test_vae_learns_and_comes_back(learns, comes_back, backend: str) -> None:
    net, twin = (get_model("vae", shape=(1, 8, 12), code=2, width=2) for _ in range(2))
    net.initialize("xavier")
    x = np.random.uniform(size=(4, 1, 8, 12))
    assert [y.shape for y in net(x)] == [x.shape, (4, 2), (4, 2)]
    learns(net, lambda x: vae_loss(x, *net(x)).mean(), x, compiled=backend != "torch")
    comes_back(net, twin, x)
    assert net.decoder(np.zeros((3, 2))).shape == (3, 1, 8, 12)


def test_vae_samples_in_training_only(backend: str) -> None:
    net = get_model("vae", shape=(1, 4, 4), code=2, width=2)
    net.initialize("xavier")
    x = np.ones((2, 1, 4, 4))
    assert (net(x)[0] == net(x)[0]).all()
    with autograd.train_mode():
        assert not (net(x)[0] == net(x)[0]).all()


def test_vae_loss_by_hand(backend: str) -> None:
    """A code like the prior costs nothing; scores of 0 cost log 2 a pixel."""
    x, zeros = np.array([[[[0.0, 1.0]]]] * 2), np.zeros((2, 3))
    loss = vae_loss(x, np.zeros((2, 1, 1, 2)), np.array([[0.0] * 3, [1.0] * 3]), zeros)
    want = [2 * math.log(2), 2 * math.log(2) + 1.5]
    numpy.testing.assert_allclose(loss.asnumpy(), want, rtol=1e-6)


def test_vae_needs_sizes_that_halve_twice() -> None:
    with pytest.raises(ArgumentError, match=r"\(1, 10, 8\)"):
        get_model("vae", shape=(1, 10, 8))
