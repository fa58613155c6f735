"""U-Net: a class for each pixel."""

from __future__ import annotations

from itertools import pairwise

from unideep import nn, ops
from unideep.tensor import Tensor

__all__ = ["UNet"]


def _double(inputs: int, channels: int) -> nn.HybridSequential:
    """Two convolutions that keep the size, each normalised."""
    layers = nn.HybridSequential()
    for seen in (inputs, channels):
        layers.add(
            nn.Conv2D(channels, 3, padding=1, use_bias=False, in_channels=seen),
            nn.BatchNorm(in_channels=channels),
            nn.Activation("relu"),
        )
    return layers


class Level(nn.HybridBlock):
    """One level of the U: what it sees itself, joined with what is seen at half the size.

    Args:
        inputs: Channels of the input.
        channels: Channels of the output.
        below: The level at half the size, from `channels` to twice as many.
    """

    def __init__(self, inputs: int, channels: int, below: nn.HybridBlock) -> None:
        super().__init__()
        self.down = _double(inputs, channels)
        self.halve = nn.MaxPool2D(2)
        self.below = below
        self.enlarge = nn.Conv2DTranspose(channels, 2, strides=2, in_channels=2 * channels)
        self.join = _double(2 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """The level's output."""
        seen = self.down(x)
        far = self.enlarge(self.below(self.halve(seen)))
        return self.join(ops.concat([seen, far], axis=1))

    def diagnose(self, x: Tensor) -> tuple[str, str] | None:
        """The usual mistake: an odd size, which halving and doubling do not give back."""
        if x.ndim != 4 or not (x.shape[2] % 2 or x.shape[3] % 2):
            return None
        return (
            f"{x.shape[2]} x {x.shape[3]} pixels cannot be halved.",
            "images whose height and width are multiples of 2 ** depth.",
        )


class UNet(nn.HybridBlock):
    """A U-Net with padding, so that the output has the size of the image, and batch normalisation.

    482,449 parameters and 0.58 billion multiply-adds for one image of 1 x 128 x 128 with the
    default sizes; the paper's has width=64, depth=4 and 31 million parameters.

    Args:
        classes: Channels of the output.
        width: Channels of the first level; each level below has twice as many.
        depth: How often the image is halved.
        in_channels: Those of the image.

    Shape:
        x (N, in_channels, H, W) -> (N, classes, H, W); 2 ** depth divides H and W.

    Source:
        Ronneberger et al., 2015, "U-Net: convolutional networks for biomedical image
        segmentation", arXiv:1505.04597.
    """

    def __init__(
        self, classes: int = 1, width: int = 16, depth: int = 3, in_channels: int = 1
    ) -> None:
        super().__init__()
        widths = [in_channels, *(width * 2**level for level in range(depth + 1))]
        level: nn.HybridBlock = _double(*widths[-2:])
        for inputs, channels in reversed([*pairwise(widths[:-1])]):
            level = Level(inputs, channels, level)
        self.features = level
        self.output = nn.Conv2D(classes, 1, in_channels=width)

    def forward(self, x: Tensor) -> Tensor:
        """The scores of each pixel, before a sigmoid or softmax."""
        return self.output(self.features(x))
