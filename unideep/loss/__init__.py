"""Losses: one value for each item of the batch, the mean over its other axes."""

from unideep.loss.base import Loss as Loss
from unideep.loss.classification import (
    HingeLoss as HingeLoss,
    LogisticLoss as LogisticLoss,
    SigmoidBCELoss as SigmoidBCELoss,
    SigmoidBinaryCrossEntropyLoss as SigmoidBinaryCrossEntropyLoss,
    SoftmaxCELoss as SoftmaxCELoss,
    SoftmaxCrossEntropyLoss as SoftmaxCrossEntropyLoss,
    SquaredHingeLoss as SquaredHingeLoss,
)
from unideep.loss.divergence import KLDivLoss as KLDivLoss
from unideep.loss.ranking import (
    CosineEmbeddingLoss as CosineEmbeddingLoss,
    SDMLLoss as SDMLLoss,
    TripletLoss as TripletLoss,
)
from unideep.loss.regression import (
    HuberLoss as HuberLoss,
    L1Loss as L1Loss,
    L2Loss as L2Loss,
    PoissonNLLLoss as PoissonNLLLoss,
)
from unideep.loss.sequence import CTCLoss as CTCLoss
