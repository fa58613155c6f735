"""A hidden layer, TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from .tensorflow_common import Params, Tensor, classifier
from .tensorflow_layers import kernels_last, linear

__all__ = ["VARIANTS"]


def mlp(p: Params, x: Tensor) -> Tensor:
    return linear(p, "output", tf.nn.relu(linear(p, "features.0", x)))


_model = classifier(mlp, kernels_last)
VARIANTS = _model.variants() | _model.flat_variants()
