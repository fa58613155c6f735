"""The multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Sequence

from unideep import nn
from unideep.tensor import Tensor

__all__ = ["MLP"]


class MLP(nn.HybridBlock):
    """Fully connected layers.

    235,146 parameters and 0.23 million multiply-adds with the default sizes and 784 inputs.

    Args:
        classes: Size of the output.
        hidden: Sizes of the hidden layers.
        activation: After each hidden layer.
        dropout: Probability of a zero after each hidden layer.

    Shape:
        x (N, ...) -> (N, classes).

    Source:
        Rumelhart et al., 1986, "Learning representations by back-propagating errors".
    """

    def __init__(
        self,
        classes: int = 10,
        hidden: Sequence[int] = (256, 128),
        activation: str = "relu",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.features = nn.HybridSequential()
        for units in hidden:
            self.features.add(nn.Dense(units, activation=activation))
            if dropout:
                self.features.add(nn.Dropout(dropout))
        self.output = nn.Dense(classes)

    def forward(self, x: Tensor) -> Tensor:
        """The class scores, before a softmax."""
        return self.output(self.features(x))
