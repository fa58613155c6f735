"""Very many small layers, each of which adds to its input, TensorFlow: kept as one stack."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from program import Weights

from .tensorflow_common import Params, Tensor, classifier
from .tensorflow_layers import linear

__all__ = ["VARIANTS"]


def stacked(weights: Weights) -> Weights:
    count = sum(name.startswith("layers.") for name in weights) // 2
    return {
        "layers.weight": np.stack([weights[f"layers.{i}.weight"].T for i in range(count)]),
        "layers.bias": np.stack([weights[f"layers.{i}.bias"] for i in range(count)]),
        "output.weight": np.ascontiguousarray(weights["output.weight"].T),
        "output.bias": weights["output.bias"],
    }


def deep_mlp(p: Params, x: Tensor) -> Tensor:
    layers = zip(tf.unstack(p["layers.weight"]), tf.unstack(p["layers.bias"]), strict=True)
    for w, b in layers:
        x += 0.02 * tf.nn.relu(tf.nn.bias_add(tf.matmul(x, w), b))
    return linear(p, "output", x)


VARIANTS = classifier(deep_mlp, stacked).variants()
