"""Weights as TensorFlow's kernels like them, and the layers that several models share."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from program import Weights

from .tensorflow_common import Params, Tensor

TABLES = ("embedding.weight", "positions.weight")


def kernels_last(weights: Weights) -> Weights:
    """Convolution kernels as HWIO, transposed ones as HWOI, Dense kernels as (in, out)."""
    return {name: _kernel(name, w) for name, w in weights.items()}


def _kernel(name: str, w: np.ndarray) -> np.ndarray:
    if w.ndim < 2 or name in TABLES:
        return w
    return np.ascontiguousarray(w.transpose(2, 3, 1, 0) if w.ndim == 4 else w.T)


def after_nhwc(w: np.ndarray, channels: int) -> np.ndarray:
    """A Dense kernel (out, in), or (in, 1), whose `in` is a flattened image, for one in NHWC."""
    side = round((w.shape[1] // channels) ** 0.5)
    images = w.reshape(len(w), channels, side, side)
    return images.transpose(0, 2, 3, 1).reshape(w.shape)


def linear(p: Params, name: str, x: Tensor) -> Tensor:
    """x w + b for rows x; TensorFlow's product of three axes is a batched one, and slower."""
    y = tf.raw_ops.MatMul(a=x, b=p[name + ".weight"])
    return tf.raw_ops.BiasAdd(value=y, bias=p[name + ".bias"])
