"""Metrics: `update(labels, preds)` for each batch, `get()` for the mean over all of them."""

from unideep.metric.base import EvalMetric as EvalMetric, register as register
from unideep.metric.classification import Accuracy as Accuracy, TopKAccuracy as TopKAccuracy
from unideep.metric.composite import (
    CompositeEvalMetric as CompositeEvalMetric,
    CustomMetric as CustomMetric,
    create as create,
    np as np,
)
from unideep.metric.correlation import (
    MCC as MCC,
    PCC as PCC,
    PearsonCorrelation as PearsonCorrelation,
)
from unideep.metric.fscore import F1 as F1, BinaryAccuracy as BinaryAccuracy, Fbeta as Fbeta
from unideep.metric.likelihood import (
    CrossEntropy as CrossEntropy,
    NegativeLogLikelihood as NegativeLogLikelihood,
    Perplexity as Perplexity,
)
from unideep.metric.loss import Loss as Loss
from unideep.metric.regression import (
    MAE as MAE,
    MSE as MSE,
    RMSE as RMSE,
    MeanCosineSimilarity as MeanCosineSimilarity,
    MeanPairwiseDistance as MeanPairwiseDistance,
)
