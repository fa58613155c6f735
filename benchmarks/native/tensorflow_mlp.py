"""A hidden layer, TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from .tensorflow_common import Params, Tensor, classify, flat_variants, variants
from .tensorflow_layers import kernels_last, linear

__all__ = ["VARIANTS"]


def mlp(p: Params, x: Tensor) -> Tensor:
    return linear(p, "output", tf.nn.relu(linear(p, "features.0", x)))


_parts = classify(mlp), mlp, kernels_last
VARIANTS = variants(*_parts) | flat_variants(*_parts)
