"""Comparison."""

import numpy as _np

from unideep.testing.cases.case import DISCRETE, I, N, rows

CASES = [
    *rows("equal not_equal less less_equal greater greater_equal", I(3, 9), I(3, 9), **DISCRETE),
    *rows("less greater_equal", N(3, 1), N(4), **DISCRETE),
    *rows("equal less", N(4), 0.5, **DISCRETE),
    *rows("isnan isinf isfinite", lambda rng: _np.array([0.0, _np.nan, _np.inf, -_np.inf]),
           **DISCRETE),
    *rows("isclose", N(4), N(4), **DISCRETE),
]  # fmt: skip
