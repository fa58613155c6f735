"""Autoencoders: a dense one, and a convolutional variational one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from unideep import dispatch, nn, ops, random
from unideep.errors import ArgumentError
from unideep.tensor import Tensor

__all__ = ["VAE", "Autoencoder", "vae_loss"]


class Autoencoder(nn.HybridBlock):
    """Images through a narrow code, and back: `encoder(x)` and `decoder(code)`.

    439,728 parameters and 0.44 million multiply-adds with the default sizes.

    Args:
        shape: Of one image: channels, height, width.
        hidden: Sizes of the encoder's hidden layers; the decoder has them in reverse.
        code: Elements of the code.

    Shape:
        x (N, *shape) -> (N, *shape); the code is (N, code).

    Source:
        Hinton and Salakhutdinov, 2006, "Reducing the dimensionality of data with neural networks".
    """

    def __init__(
        self,
        shape: Sequence[int] = (1, 28, 28),
        hidden: Sequence[int] = (256, 64),
        code: int = 32,
    ) -> None:
        super().__init__()
        self._shape = tuple(shape)
        sizes = (math.prod(shape), *hidden, code)
        self.encoder, self.decoder = _dense(sizes), _dense(sizes[::-1])

    def forward(self, x: Tensor) -> Tensor:
        """The images again, as scores in front of a sigmoid."""
        return ops.reshape(self.decoder(self.encoder(x)), (-1, *self._shape))


def _dense(sizes: Sequence[int]) -> nn.HybridSequential:
    """Fully connected layers; all but the last with a rectifier."""
    last = len(sizes) - 2
    return nn.HybridSequential(*(
        nn.Dense(units, activation="relu" if i < last else None, in_units=inputs)
        for i, (inputs, units) in enumerate(pairwise(sizes))
    ))  # fmt: skip


class VAE(nn.HybridBlock):
    """A convolutional variational autoencoder: the code is a normal distribution.

    220,385 parameters and 3.6 million multiply-adds with the default sizes.
    In training mode the code is a sample, else the mean. `decoder` draws images: of
    `np.random.normal(size=(n, code))` new ones.

    Args:
        shape: Of one image: channels, height, width; 4 divides both.
        code: Elements of the code.
        width: Channels at half the size; there are twice as many at a quarter.

    Shape:
        x (N, *shape) -> scores (N, *shape) in front of a sigmoid, mean (N, code),
        log_variance (N, code).

    Source:
        Kingma and Welling, 2014, "Auto-encoding variational Bayes", arXiv:1312.6114.
    """

    def __init__(self, shape: Sequence[int] = (1, 28, 28), code: int = 16, width: int = 32) -> None:
        super().__init__()
        channels, height, wide = shape
        if height % 4 or wide % 4:
            raise ArgumentError(
                f"shape is {tuple(shape)}.", fix="a height and width that 4 divides: pad."
            )
        small = (2 * width, height // 4, wide // 4)
        self._code = code
        self.encoder = nn.HybridSequential(
            nn.Conv2D(width, 4, 2, 1, activation="relu", in_channels=channels),
            nn.Conv2D(2 * width, 4, 2, 1, activation="relu", in_channels=width),
            nn.Dense(2 * code, in_units=math.prod(small)),
        )
        self.decoder = nn.HybridSequential(
            nn.Dense(math.prod(small), activation="relu", in_units=code),
            nn.HybridLambda(lambda x: ops.reshape(x, (-1, *small))),
            nn.Conv2DTranspose(width, 4, 2, 1, activation="relu", in_channels=2 * width),
            nn.Conv2DTranspose(channels, 4, 2, 1, in_channels=width),
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The images again, and the distribution of their codes."""
        found = self.encoder(x)
        mean, log_variance = found[:, : self._code], found[:, self._code :]
        code = mean
        if dispatch.scope.training:
            noise = random.normal(size=mean.shape, dtype=mean.dtype, device=mean.device)
            code = mean + ops.exp(0.5 * log_variance) * noise
        return self.decoder(code), mean, log_variance


def vae_loss(x: Tensor, scores: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """The negative evidence lower bound of each image, in nats; also an anomaly score.

    Args:
        x: Images in [0, 1]. The other arguments are what `VAE` returns for them.
    """
    pixels = ops.sigmoid_cross_entropy(scores, x).sum((1, 2, 3))
    divergence = 0.5 * (mean * mean + ops.exp(log_variance) - log_variance - 1).sum(1)
    return pixels + divergence
