"""The largest elements of windows, without laying the windows side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unideep_numpy.differentiated import Pull, Raw, values
from unideep_numpy.ops.convolution import windows


def max_pool(
    x: Raw,
    *,
    window: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    ceil_mode: bool,
) -> tuple[Raw, Pull]:
    """The largest element of each window; padding never wins."""
    pads = [_pads(*v, ceil_mode) for v in zip(x.shape[2:], window, stride, padding, strict=True)]
    if any(map(any, pads)):
        lowest = -np.inf if x.dtype.kind not in "iu" else np.iinfo(x.dtype).min
        x = np.pad(x, ((0, 0), (0, 0), *pads), constant_values=lowest)
    _, places = windows(x.shape[2:], window, stride, (1,) * len(pads))
    y = x[(..., *places[0])].copy("K")
    for place in places[1:]:
        np.maximum(y, x[(..., *place)], out=y)

    def pull(grads: list[Raw]) -> list[Raw]:
        """To the first of equal elements."""
        (g,) = grads
        out, is_left = np.zeros_like(x), np.ones_like(y, dtype=bool)
        for place in places:
            hit = x[(..., *place)] == y
            hit &= is_left
            is_left ^= hit
            out[(..., *place)] += g * hit
        inside = [
            slice(before, n - after) for (before, after), n in zip(pads, x.shape[2:], strict=True)
        ]
        return [out[(..., *inside)]]

    return y, pull


def _pads(n: int, window: int, stride: int, padding: int, ceil_mode: bool) -> tuple[int, int]:
    """What to add in front and behind; a last, partial window may not start in the padding."""
    steps, rest = divmod(n + 2 * padding - window, stride)
    if ceil_mode and rest and (steps + 1) * stride < n + padding:
        steps += 1
    return padding, max(0, steps * stride + window - n - padding)


PULLBACKS = {"max_pool": max_pool}
OPS = values(PULLBACKS)
