"""The recurrent layers that `recurrent.py` measures: sizes, weights and inputs.

A module `native.<engine>_recurrent` offers `VARIANTS`: "lstm" or "gru" -> name -> `build(weights)`,
which returns `step(x) -> (loss, gradients of all weights)`; and `prepare(x)` and `sync(loss)`.
"""

from __future__ import annotations

import numpy as np

TIME, BATCH, SIZE = 32, 16, 64
GATES = {"lstm": 4, "gru": 3}


def initial_weights(mode: str) -> dict[str, np.ndarray]:
    """Under UniDeep's names."""
    rng = np.random.default_rng(0)
    rows = GATES[mode] * SIZE
    shapes = {
        "l0_i2h_weight": (rows, SIZE), "l0_h2h_weight": (rows, SIZE),
        "l0_i2h_bias": (rows,), "l0_h2h_bias": (rows,),
    }  # fmt: skip
    return {
        name: (SIZE**-0.5 * rng.standard_normal(shape)).astype("float32")
        for name, shape in shapes.items()
    }


def inputs(count: int = 4) -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    return list(rng.standard_normal((count, TIME, BATCH, SIZE), dtype=np.float32))
