"""Residual networks for ImageNet (224 x 224) and for CIFAR (32 x 32)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from unideep import nn, ops
from unideep.tensor import Tensor

__all__ = [
    "ResNet", "basic", "bottleneck", "resnet18", "resnet20", "resnet34", "resnet50", "resnet101",
    "resnet152",
]  # fmt: skip


def conv_norm(
    inputs: int,
    channels: int,
    kernel: int,
    stride: int = 1,
    epsilon: float = 1e-5,
    gamma: str = "ones",
) -> list[nn.HybridBlock]:
    """A convolution that keeps the size, up to the stride, and its normalisation."""
    return [
        nn.Conv2D(
            channels, kernel, stride, padding=kernel // 2, use_bias=False, in_channels=inputs
        ),
        nn.BatchNorm(epsilon=epsilon, in_channels=channels, gamma_initializer=gamma),
    ]


class Residual(nn.HybridBlock):
    """relu(body(x) + shortcut(x)).

    Args:
        body: The layers to add to the shortcut.
        shortcut: What brings x to the body's shape.
    """

    def __init__(self, body: nn.HybridBlock, shortcut: nn.HybridBlock) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x: Tensor) -> Tensor:
        """The block's output."""
        return ops.relu(self.body(x) + self.shortcut(x))


def basic(
    inputs: int, channels: int, stride: int, epsilon: float = 1e-5, last_gamma: str = "ones"
) -> Residual:
    """Two 3 x 3 convolutions.

    Args:
        last_gamma: Initializer of the last normalisation's gamma. With "zeros" the block begins as
            its shortcut (Goyal et al., 2017, arXiv:1706.02677).
    """
    body = nn.HybridSequential(
        *conv_norm(inputs, channels, 3, stride, epsilon),
        nn.Activation("relu"),
        *conv_norm(channels, channels, 3, epsilon=epsilon, gamma=last_gamma),
    )
    return Residual(body, _shortcut(inputs, channels, stride, epsilon))


def bottleneck(
    inputs: int,
    channels: int,
    stride: int,
    epsilon: float = 1e-5,
    stride_first: bool = False,
    last_gamma: str = "ones",
) -> Residual:
    """A 3 x 3 convolution on a quarter of the channels, between two of 1 x 1.

    Args:
        stride_first: The stride is that of the first convolution, as in the paper and in Keras;
            else of the 3 x 3 one, as in torchvision, which drops no pixel unseen.
        last_gamma: As in `basic`.
    """
    narrow = channels // 4
    strides = (stride, 1) if stride_first else (1, stride)
    body = nn.HybridSequential(
        *conv_norm(inputs, narrow, 1, strides[0], epsilon),
        nn.Activation("relu"),
        *conv_norm(narrow, narrow, 3, strides[1], epsilon),
        nn.Activation("relu"),
        *conv_norm(narrow, channels, 1, epsilon=epsilon, gamma=last_gamma),
    )
    return Residual(body, _shortcut(inputs, channels, stride, epsilon))


def _shortcut(inputs: int, channels: int, stride: int, epsilon: float) -> nn.HybridBlock:
    if stride == 1 and inputs == channels:
        return nn.Identity()
    return nn.HybridSequential(*conv_norm(inputs, channels, 1, stride, epsilon))


class ResNet(nn.HybridBlock):
    """A residual network, version 1: each block normalises before it adds.

    Parameters, and multiply-adds for one image of three channels:

    ========== =========== ============== =========
    resnet20       272,474   41 million    32 x 32
    resnet18    11,689,512  1.8 billion   224 x 224
    resnet34    21,797,672  3.7 billion   224 x 224
    resnet50    25,557,032  4.1 billion   224 x 224
    resnet101   44,549,160  7.8 billion   224 x 224
    resnet152   60,192,808 11.5 billion   224 x 224
    ========== =========== ============== =========

    Args:
        block: Makes one block: `basic` or `bottleneck`.
        layers: The number of blocks of each stage.
        channels: The channels of each stage; a stage after the first halves the image.
        classes: Size of the output.
        thumbnail: Open with a 3 x 3 convolution, for small images, in place of a 7 x 7 one and
            pooling that reduce the image to a quarter.
        stem: Channels of the opening; default: 64, or with `thumbnail` those of the first stage.
        in_channels: Those of the image.
        block_options: Of `block`: epsilon, last_gamma, stride_first.

    Shape:
        x (N, in_channels, H, W) -> (N, classes).

    Source:
        He et al., 2016, "Deep residual learning for image recognition", arXiv:1512.03385.
        The shortcuts of resnet20 are projections too (the paper's option B, not its A).
    """

    def __init__(
        self,
        block: Callable[..., Residual],
        layers: Sequence[int],
        channels: Sequence[int],
        classes: int = 1000,
        thumbnail: bool = False,
        stem: int = 0,
        in_channels: int = 3,
        **block_options: Any,
    ) -> None:
        super().__init__()
        inputs = stem or (channels[0] if thumbnail else 64)
        epsilon = block_options.get("epsilon", 1e-5)
        opening = (3, 1) if thumbnail else (7, 2)
        self.features = nn.HybridSequential(
            *conv_norm(in_channels, inputs, *opening, epsilon), nn.Activation("relu")
        )
        if not thumbnail:
            self.features.add(nn.MaxPool2D(3, strides=2, padding=1))
        for stage, (count, width) in enumerate(zip(layers, channels, strict=True)):
            blocks = nn.HybridSequential()
            for number in range(count):
                stride = 2 if stage and not number else 1
                blocks.add(block(inputs, width, stride, **block_options))
                inputs = width
            self.features.add(blocks)
        self.features.add(nn.GlobalAvgPool2D())
        self.output = nn.Dense(classes, in_units=inputs)

    def forward(self, x: Tensor) -> Tensor:
        """The class scores, before a softmax."""
        return self.output(self.features(x))


_NARROW, _WIDE = (64, 128, 256, 512), (256, 512, 1024, 2048)

resnet18 = partial(ResNet, basic, (2, 2, 2, 2), _NARROW)
resnet34 = partial(ResNet, basic, (3, 4, 6, 3), _NARROW)
resnet50 = partial(ResNet, bottleneck, (3, 4, 6, 3), _WIDE)
resnet101 = partial(ResNet, bottleneck, (3, 4, 23, 3), _WIDE)
resnet152 = partial(ResNet, bottleneck, (3, 8, 36, 3), _WIDE)


def resnet20(classes: int = 10, width: int = 16, **options: Any) -> ResNet:
    """The ResNet for CIFAR of 20 layers: 0.27 million parameters.

    Args:
        width: Channels of the first stage.
        options: See `ResNet`.
    """
    channels = (width, 2 * width, 4 * width)
    return ResNet(basic, (3, 3, 3), channels, classes, thumbnail=True, **options)
