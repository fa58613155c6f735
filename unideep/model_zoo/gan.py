"""Generative adversarial networks: DCGAN's two nets, and a critic for WGAN-GP."""

from __future__ import annotations

from collections.abc import Callable

from unideep import autograd, nn, ops
from unideep.errors import ArgumentError
from unideep.tensor import Tensor

__all__ = ["DCGANDiscriminator", "DCGANGenerator", "WGANCritic", "gradient_penalty"]


def _widths(size: int, width: int) -> list[int]:
    """Channels at size / 2, size / 4, ... down to 4 x 4 pixels."""
    steps = size.bit_length() - 3
    if steps < 1 or size != 4 << steps:
        raise ArgumentError(f"size is {size}.", fix="a power of two from 8 on: 8, 16, 32, 64.")
    return [width << step for step in range(steps)]


class DCGANGenerator(nn.HybridBlock):
    """Noise to images in [-1, 1], each layer doubling the size.

    3,576,704 parameters and 0.10 billion multiply-adds with the default sizes. The paper starts
    all weights by `init.Normal(0.02)`.

    Args:
        size: Height and width of the images: a power of two from 8 on.
        channels: Those of the images.
        width: Channels in front of the last layer; each layer before has twice as many.
        noise: Elements of the noise.

    Shape:
        x (N, noise) -> (N, channels, size, size).

    Source:
        Radford et al., 2016, "Unsupervised representation learning with deep convolutional
        generative adversarial networks", arXiv:1511.06434.
    """

    def __init__(
        self, size: int = 64, channels: int = 3, width: int = 64, noise: int = 100
    ) -> None:
        super().__init__()
        *rest, first = _widths(size, width)
        self.features = nn.HybridSequential(*_enlarge(noise, first, strides=1, padding=0))
        for wide in reversed(rest):
            self.features.add(*_enlarge(2 * wide, wide))
        self.output = nn.Conv2DTranspose(
            channels, 4, 2, 1, activation="tanh", use_bias=False, in_channels=width
        )

    def forward(self, x: Tensor) -> Tensor:
        """The images."""
        return self.output(self.features(ops.reshape(x, (x.shape[0], -1, 1, 1))))


def _enlarge(
    inputs: int, channels: int, strides: int = 2, padding: int = 1
) -> list[nn.HybridBlock]:
    return [
        nn.Conv2DTranspose(channels, 4, strides, padding, use_bias=False, in_channels=inputs),
        nn.BatchNorm(in_channels=channels),
        nn.Activation("relu"),
    ]


class _Judge(nn.HybridBlock):
    """Images to one score each, each layer halving the size.

    Args:
        norm: Makes the normalisation of so many channels; the first layer has none.
    """

    def __init__(
        self, size: int, channels: int, width: int, norm: Callable[[int], nn.HybridBlock]
    ) -> None:
        super().__init__()
        self.features = nn.HybridSequential()
        inputs = channels
        for step, wide in enumerate(_widths(size, width)):
            self.features.add(nn.Conv2D(wide, 4, 2, 1, use_bias=False, in_channels=inputs))
            if step:
                self.features.add(norm(wide))
            self.features.add(nn.LeakyReLU(0.2))
            inputs = wide
        self.output = nn.Conv2D(1, 4, use_bias=False, in_channels=inputs)

    def forward(self, x: Tensor) -> Tensor:
        """The scores, before a sigmoid."""
        return ops.reshape(self.output(self.features(x)), (-1, 1))


class DCGANDiscriminator(_Judge):
    """How real images look: the generator's mirror image.

    2,765,568 parameters and 0.10 billion multiply-adds with the default sizes.

    Args:
        size, channels: Those of the images.
        width: Channels of the first layer; each layer after it has twice as many.

    Shape:
        x (N, channels, size, size) -> (N, 1).

    Source:
        See `DCGANGenerator`.
    """

    def __init__(self, size: int = 64, channels: int = 3, width: int = 64) -> None:
        super().__init__(size, channels, width, lambda wide: nn.BatchNorm(in_channels=wide))


class WGANCritic(_Judge):
    """The critic of WGAN-GP: a `DCGANDiscriminator` that normalises each image by itself.

    The gradient penalty is one of each image, so no layer may mix the images of a batch. As many
    parameters and multiply-adds as the discriminator.

    Source:
        Gulrajani et al., 2017, "Improved training of Wasserstein GANs", arXiv:1704.00028.
    """

    def __init__(self, size: int = 64, channels: int = 3, width: int = 64) -> None:
        super().__init__(size, channels, width, lambda wide: nn.GroupNorm(1, in_channels=wide))


def gradient_penalty(critic: nn.Block, real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """(|∂ critic / ∂ x| - 1)² of each image between a real and a drawn one, for the critic's loss.

    Args:
        critic: Images to scores.
        real, fake: Images, both (N, C, H, W).
        share: How much of the real one is in each, in [0, 1): uniform, (N, 1, 1, 1).
    """
    between = (share * real + (1 - share) * fake).detach()
    between.attach_grad()
    with autograd.record():
        (slope,) = autograd.grad(critic(between).sum(), [between], create_graph=True)
        length = ops.sqrt((slope * slope).sum((1, 2, 3)) + 1e-12)
        return (length - 1) ** 2
