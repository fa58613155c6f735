"""A language model of one recurrent layer, TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import tensorflow as tf
from program import Build, Weights

from .tensorflow_common import Params, Tensor, classifier
from .tensorflow_layers import kernels_last, linear
from .tensorflow_scan import looped, unrolled

Layer = Callable[[Params, Tensor], Tensor]  # of tensors (T, B, ·)


def with_gates(order: Sequence[int], weights: Weights) -> Weights:
    """The gates in another order."""

    def sort(w: np.ndarray) -> np.ndarray:
        parts = np.split(w, len(order))
        return np.concatenate([parts[i] for i in order])

    return kernels_last({n: sort(w) if "2h_" in n else w for n, w in weights.items()})


def char_lm(layer: Layer, p: Params, tokens: Tensor) -> Tensor:
    x_TBC = tf.gather(p["embedding.weight"], tf.transpose(tokens))
    y_BTH = tf.transpose(layer(p, x_TBC), (1, 0, 2))
    logits = linear(p, "output", tf.reshape(y_BTH, (-1, y_BTH.shape[2])))
    return tf.reshape(logits, (*tokens.shape, -1))


def variants(layer: Callable[..., Tensor], gates: Sequence[int]) -> dict[str, Build]:
    """A layer(scan, p, x) in the ways to run it; in eager mode it is XLA's program all the same."""
    loop = partial(layer, looped)
    layers = {
        "eager": tf.function(loop, autograph=False, jit_compile=True),
        "function": partial(layer, unrolled),
        "function_xla": loop,
    }
    convert = partial(with_gates, gates)
    return {
        name: classifier(partial(char_lm, layer), convert).variants()[name]
        for name, layer in layers.items()
    }
