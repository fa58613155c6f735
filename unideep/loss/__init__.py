"""Losses: one value for each item of the batch, the mean over its other axes."""

from unideep.loss.base import Loss as Loss
from unideep.loss.classification import (
    SigmoidBCELoss as SigmoidBCELoss,
    SigmoidBinaryCrossEntropyLoss as SigmoidBinaryCrossEntropyLoss,
    SoftmaxCELoss as SoftmaxCELoss,
    SoftmaxCrossEntropyLoss as SoftmaxCrossEntropyLoss,
)
from unideep.loss.regression import L1Loss as L1Loss, L2Loss as L2Loss
