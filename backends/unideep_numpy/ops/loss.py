"""Losses with few passes over the scores, forwards and back."""

from __future__ import annotations

import numpy as np

from unideep_numpy.differentiated import Pull, Raw, silent_both_ways, values


@silent_both_ways
def softmax_cross_entropy(logits: Raw, labels: Raw, *, axis: int) -> tuple[Raw, Pull]:
    """-log softmax(logits)[label]."""
    places = np.expand_dims(labels.astype(np.int64), axis)
    shifted = logits - logits.max(axis, keepdims=True)
    p = np.exp(shifted)
    total = p.sum(axis, keepdims=True)
    loss = np.log(total) - np.take_along_axis(shifted, places, axis)

    def pull(grads: list[Raw]) -> list[Raw]:
        g = np.expand_dims(grads[0], axis)
        out = p * (g / total)
        chosen = np.take_along_axis(out, places, axis) - g
        np.put_along_axis(out, places, chosen, axis)
        return [out, None]

    return loss.squeeze(axis), pull


PULLBACKS = {"softmax_cross_entropy": softmax_cross_entropy}
OPS = values(PULLBACKS)
