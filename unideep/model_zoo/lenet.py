"""LeNet-5, the first convolutional network in daily use."""

from __future__ import annotations

from unideep import nn
from unideep.tensor import Tensor

__all__ = ["LeNet"]


class LeNet(nn.HybridBlock):
    """LeNet-5 with rectifiers and max pooling in place of the sigmoids and means of 1998.

    61,706 parameters and 0.42 million multiply-adds for a 28 x 28 image of one channel.

    Args:
        classes: Size of the output.

    Shape:
        x (N, C, H, W) -> (N, classes), with H and W of at least 12.

    Source:
        LeCun et al., 1998, "Gradient-based learning applied to document recognition".
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.features = nn.HybridSequential(
            nn.Conv2D(6, kernel_size=5, padding=2, activation="relu"),
            nn.MaxPool2D(2),
            nn.Conv2D(16, kernel_size=5, activation="relu"),
            nn.MaxPool2D(2),
            nn.Dense(120, activation="relu"),
            nn.Dense(84, activation="relu"),
        )
        self.output = nn.Dense(classes)

    def forward(self, x: Tensor) -> Tensor:
        """The class scores, before a softmax."""
        return self.output(self.features(x))
