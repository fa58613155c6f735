"""Windows side by side, and back: what convolution and pooling are made of."""

import itertools

import numpy as np


def _places(space, kernel, stride, dilation):
    """For each place in the kernel, the slices that it sees while it moves."""
    counts = [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(space, kernel, stride, dilation, strict=True)
    ]
    return counts, [
        tuple(
            slice(k * d, k * d + (c - 1) * s + 1, s)
            for k, c, s, d in zip(place, counts, stride, dilation, strict=True)
        )
        for place in itertools.product(*map(range, kernel))
    ]


def unfold(x, *, kernel, stride, dilation):
    """(N, C, *space) -> (N, C, prod(kernel), *windows)."""
    counts, places = _places(x.shape[2:], kernel, stride, dilation)
    out = np.empty((*x.shape[:2], len(places), *counts), x.dtype)
    for i, place in enumerate(places):
        out[:, :, i] = x[(slice(None), slice(None), *place)]
    return out


def fold(x, *, space, kernel, stride, dilation):
    """(N, C, prod(kernel), *windows) -> (N, C, *space), overlaps added."""
    _, places = _places(space, kernel, stride, dilation)
    out = np.zeros((*x.shape[:2], *space), x.dtype)
    for i, place in enumerate(places):
        out[(slice(None), slice(None), *place)] += x[:, :, i]
    return out


OPS = {"unfold": unfold, "fold": fold}
