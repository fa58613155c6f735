"""GoogLeNet, the first Inception network."""

from __future__ import annotations

from unideep import nn
from unideep.tensor import Tensor

__all__ = ["GoogLeNet", "inception"]


def _conv(inputs: int, channels: int, kernel: int = 1, stride: int = 1) -> nn.Conv2D:
    return nn.Conv2D(
        channels, kernel, stride, padding=kernel // 2, activation="relu", in_channels=inputs
    )


def inception(
    inputs: int, one: int, three: tuple[int, int], five: tuple[int, int], pooled: int
) -> nn.HybridConcatenate:
    """Four paths side by side, joined along the channels.

    Args:
        inputs: Channels of the input.
        one: Channels of the path of one 1 x 1 convolution.
        three, five: Channels of a 1 x 1 convolution that narrows and the 3 x 3 or 5 x 5 after it.
        pooled: Channels of the 1 x 1 convolution after max pooling.
    """
    paths = nn.HybridConcatenate(axis=1)
    paths.add(
        _conv(inputs, one),
        nn.HybridSequential(_conv(inputs, three[0]), _conv(*three, 3)),
        nn.HybridSequential(_conv(inputs, five[0]), _conv(*five, 5)),
        nn.HybridSequential(nn.MaxPool2D(3, strides=1, padding=1), _conv(inputs, pooled)),
    )
    return paths


class GoogLeNet(nn.HybridBlock):
    """Inception version 1, without the two auxiliary outputs.

    6,998,552 parameters and 1.6 billion multiply-adds for one image of 3 x 224 x 224. The
    parameters by hand, weights and biases:

    ========= ============================ =========
    opening   9,472 + 4,160 + 110,784        124,416
    stage 3   163,696 + 388,736              552,432
    stage 4   376,176 + 449,160 + 510,104
              + 605,376 + 868,352          2,809,168
    stage 5   1,043,456 + 1,444,080        2,487,536
    output    1,024 x 1,000 + 1,000        1,025,000
    ========= ============================ =========

    Args:
        classes: Size of the output.
        dropout: Probability of a zero in front of the output.
        in_channels: Those of the image.

    Shape:
        x (N, in_channels, H, W) -> (N, classes).

    Source:
        Szegedy et al., 2015, "Going deeper with convolutions", arXiv:1409.4842, table 1. The
        paper's local response normalisation is left out, as it is today.
    """

    def __init__(self, classes: int = 1000, dropout: float = 0.4, in_channels: int = 3) -> None:
        super().__init__()
        self.features = nn.HybridSequential(
            _conv(in_channels, 64, 7, 2),
            _halve(),
            _conv(64, 64),
            _conv(64, 192, 3),
            _halve(),
            inception(192, 64, (96, 128), (16, 32), 32),
            inception(256, 128, (128, 192), (32, 96), 64),
            _halve(),
            inception(480, 192, (96, 208), (16, 48), 64),
            inception(512, 160, (112, 224), (24, 64), 64),
            inception(512, 128, (128, 256), (24, 64), 64),
            inception(512, 112, (144, 288), (32, 64), 64),
            inception(528, 256, (160, 320), (32, 128), 128),
            _halve(),
            inception(832, 256, (160, 320), (32, 128), 128),
            inception(832, 384, (192, 384), (48, 128), 128),
            nn.GlobalAvgPool2D(),
            nn.Dropout(dropout),
        )
        self.output = nn.Dense(classes, in_units=1024)

    def forward(self, x: Tensor) -> Tensor:
        """The class scores, before a softmax."""
        return self.output(self.features(x))


def _halve() -> nn.MaxPool2D:
    return nn.MaxPool2D(3, strides=2, padding=1)
