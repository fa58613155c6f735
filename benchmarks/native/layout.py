"""UniDeep weights (Dense (units, in_units), convolution OIHW) as other layouts want them."""

from __future__ import annotations

import numpy as np

from . import Weights


def features_first(weights: Weights) -> list[np.ndarray]:
    """Dense kernels as (in_units, units), so that a layer is `x @ w + b`."""
    return [np.ascontiguousarray(w.T) for w in weights.values()]


def channels_last(weights: Weights) -> list[np.ndarray]:
    """Convolution kernels as HWIO, Dense kernels as (in_units, units).

    The Dense layer after the convolutions gets its rows in the order of a flattened NHWC image.
    """
    converted, channels = [], 0
    for w in weights.values():
        if w.ndim == 4:
            channels = w.shape[0]
            w = w.transpose(2, 3, 1, 0)
        elif w.ndim == 2:
            w = _flattened_nhwc(w, channels) if channels else w.T
            channels = 0
        converted.append(np.ascontiguousarray(w))
    return converted


def _flattened_nhwc(w: np.ndarray, channels: int) -> np.ndarray:
    units, features = w.shape
    side = round((features // channels) ** 0.5)
    return w.reshape(units, channels, side, side).transpose(2, 3, 1, 0).reshape(features, units)
