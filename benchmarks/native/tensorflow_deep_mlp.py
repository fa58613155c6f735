"""Very many small layers, each of which adds to its input, TensorFlow: kept as one stack."""

# B batch, L layers, U units

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf
from program import Weights

from .tensorflow_common import Params, Tensor, classifier
from .tensorflow_layers import linear
from .tensorflow_scan import Scan, States, looped, unrolled

__all__ = ["VARIANTS"]


def stacked(weights: Weights) -> Weights:
    count = sum(name.startswith("layers.") for name in weights) // 2
    return {
        "layers.weight": np.stack([weights[f"layers.{i}.weight"].T for i in range(count)]),
        "layers.bias": np.stack([weights[f"layers.{i}.bias"] for i in range(count)]),
        "output.weight": np.ascontiguousarray(weights["output.weight"].T),
        "output.bias": weights["output.bias"],
    }


def deep_mlp(scan: Scan, p: Params, x: Tensor) -> Tensor:
    return linear(p, "output", _layers(scan)(x, p["layers.weight"], p["layers.bias"]))


def _layers(scan: Scan) -> Any:
    """All layers; the gradients of all weights are one batched product."""

    @tf.custom_gradient
    def run(x_BU: Tensor, w_LUU: Tensor, b_LU: Tensor) -> tuple[Tensor, Callable[..., Any]]:
        def step(states: States, now: States) -> States:
            w, b = now
            y = tf.nn.relu(tf.nn.bias_add(tf.matmul(states[0], w), b))
            return states[0] + 0.02 * y, y

        x_LBU, y_LBU = scan(step, (w_LUU, b_LU), (x_BU, x_BU))

        def step_back(states: States, now: States) -> States:
            w, slope = now
            d = states[0] * slope
            return states[0] + tf.matmul(d, w, transpose_b=True), d

        def back(dx_BU: Tensor) -> Sequence[Tensor]:
            slopes = 0.02 * tf.cast(y_LBU > 0, x_BU.dtype)
            dx_LBU, d_LBU = scan(step_back, (w_LUU, slopes), (dx_BU, dx_BU), reverse=True)
            before = tf.concat([x_BU[None], x_LBU[:-1]], 0)
            return dx_LBU[0], tf.matmul(before, d_LBU, transpose_a=True), tf.reduce_sum(d_LBU, 1)

        return x_LBU[-1], back

    return run


_variants = {
    scan: classifier(partial(deep_mlp, scan), stacked).variants() for scan in (unrolled, looped)
}
VARIANTS = _variants[unrolled] | {"function_xla": _variants[looped]["function_xla"]}
