"""Losses: one value for each item of the batch, the mean over its other axes."""

from unideep.loss.base import Loss as Loss
from unideep.loss.classification import SigmoidBCELoss as SigmoidBCELoss
from unideep.loss.classification import SigmoidBinaryCrossEntropyLoss as SigmoidBinaryCrossEntropyLoss
from unideep.loss.classification import SoftmaxCELoss as SoftmaxCELoss
from unideep.loss.classification import SoftmaxCrossEntropyLoss as SoftmaxCrossEntropyLoss
from unideep.loss.regression import L1Loss as L1Loss
from unideep.loss.regression import L2Loss as L2Loss
