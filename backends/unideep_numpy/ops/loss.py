"""Losses with few passes over the scores, forwards and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unideep_numpy.ops.elementwise import silent

Raw = Any
Pull = Callable[[list[Raw]], list[Raw]]


def softmax_cross_entropy(logits: Raw, labels: Raw, *, axis: int) -> Raw:
    """-log softmax(logits)[label]."""
    return _differentiated(logits, labels, axis=axis)[0]


@silent
def _differentiated(logits: Raw, labels: Raw, *, axis: int) -> tuple[Raw, Pull]:
    places = np.expand_dims(labels.astype(np.int64), axis)
    shifted = logits - logits.max(axis, keepdims=True)
    p = np.exp(shifted)
    total = p.sum(axis, keepdims=True)
    loss = np.log(total) - np.take_along_axis(shifted, places, axis)

    @silent
    def pull(grads: list[Raw]) -> list[Raw]:
        g = np.expand_dims(grads[0], axis)
        out = p * (g / total)
        chosen = np.take_along_axis(out, places, axis) - g
        np.put_along_axis(out, places, chosen, axis)
        return [out, None]

    return loss.squeeze(axis), pull


OPS = {"softmax_cross_entropy": softmax_cross_entropy}
PULLBACKS = {"softmax_cross_entropy": _differentiated}
