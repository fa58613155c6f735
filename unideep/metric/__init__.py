"""Metrics: `update(labels, preds)` for each batch, `get()` for the mean over all of them."""

from unideep.metric.base import EvalMetric as EvalMetric, register as register
from unideep.metric.classification import Accuracy as Accuracy, TopKAccuracy as TopKAccuracy
from unideep.metric.composite import (
    CompositeEvalMetric as CompositeEvalMetric,
    CustomMetric as CustomMetric,
    create as create,
)
from unideep.metric.loss import Loss as Loss
from unideep.metric.regression import MAE as MAE, MSE as MSE, RMSE as RMSE
