"""Products."""

from __future__ import annotations

import numpy as np

from unideep_numpy.differentiated import Pull, Raw, silent_both_ways, values
from unideep_numpy.ops.elementwise import silent


@silent_both_ways
def fully_connected(x: Raw, weight: Raw, bias: Raw = None) -> tuple[Raw, Pull]:
    """x Wᵀ + b over the last axis: one product, whatever the number of axes."""
    y = np.matmul(x.reshape(-1, x.shape[-1]), weight.T)
    if bias is not None:
        y += bias

    def pull(grads: list[Raw]) -> list[Raw]:
        g = grads[0].reshape(-1, len(weight))
        found = [
            silent(lambda: np.matmul(g, weight).reshape(x.shape)),
            np.matmul(g.T, x.reshape(len(g), -1)),
        ]
        return found if bias is None else [*found, g.sum(0)]

    return y.reshape(*x.shape[:-1], len(weight)), pull


PULLBACKS = {"fully_connected": fully_connected}
OPS = {"matmul": silent(np.matmul), **values(PULLBACKS)}
