"""Random: the bits are the same on every backend."""

import numpy as _np

from unideep.testing.cases.case import DISCRETE, Case, attrs

KEY = (_np.array(0x0123456789ABCDEF),)

CASES = [
    Case("philox", (*KEY, 3), **DISCRETE),
    *attrs("random_words", KEY, {"shape": 7}, {"shape": (2, 3)}, {"shape": ()}, {"shape": (0, 2)},
           **DISCRETE),
    *attrs("random_unit", KEY, *({"shape": (3, 5), "dtype": dtype}
           for dtype in ("float32", "float64")), **DISCRETE),
    Case("random_mask", KEY, {"shape": (4, 5), "threshold": 1 << 31}, **DISCRETE),
]  # fmt: skip
