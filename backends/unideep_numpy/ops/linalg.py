"""Products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unideep_numpy.ops.elementwise import silent

Raw = Any


@silent
def fully_connected(x: Raw, weight: Raw, bias: Raw = None) -> Raw:
    """x Wᵀ + b over the last axis: one product, whatever the number of axes."""
    y = np.matmul(x.reshape(-1, x.shape[-1]), weight.T)
    if bias is not None:
        y += bias
    return y.reshape(*x.shape[:-1], len(weight))


def _differentiated(x: Raw, weight: Raw, bias: Raw) -> tuple[Raw, Callable[[list[Raw]], list[Raw]]]:
    """`fully_connected`, and the way back for its gradient."""

    @silent
    def pull(grads: list[Raw]) -> list[Raw]:
        g = grads[0].reshape(-1, len(weight))
        found = [
            silent(lambda: np.matmul(g, weight).reshape(x.shape)),
            np.matmul(g.T, x.reshape(len(g), -1)),
        ]
        return found if bias is None else [*found, g.sum(0)]

    return fully_connected(x, weight, bias), pull


OPS = {"matmul": silent(np.matmul), "fully_connected": fully_connected}
PULLBACKS = {"fully_connected": _differentiated}
