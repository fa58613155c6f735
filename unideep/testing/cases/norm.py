"""Norm."""

import math

from unideep.testing.cases.case import DISCRETE, I, N, attrs, of_complex, rows

ORDERS = (0.5, 1, 2, 3, math.inf, -math.inf, -1)

CASES = [
    *attrs("vector_norm", (N(2, 3),), *({"ord": p} for p in ORDERS)),
    *attrs("vector_norm", (N(2, 3),), {"ord": 0}, **DISCRETE),
    *attrs("vector_norm", (N(2, 3, 4),), {"axis": 1}, {"axis": (0, -1), "keepdims": True}),
    *attrs("vector_norm", (N(2, 0),), {"axis": 1}, {"axis": 1, "ord": math.inf}),
    *attrs("norm", (N(3), N(3)), {}, {"ord": 3}, {"ord": 1}, around=of_complex()),
    *attrs("norm", (N(3, 2), N(3, 2)), {"ord": "nuc"}, {"ord": 2}, around=of_complex()),
    *attrs("matrix_norm", (N(3, 4),), *({"ord": p} for p in ("fro", "nuc", 1, -1, 2, -2))),
    *attrs("matrix_norm", (N(2, 3, 4),), {"ord": math.inf, "keepdims": True}, {"ord": -math.inf}),
    *attrs("norm", (N(2, 3, 4),), {}, {"axis": 1}, {"axis": (0, 2)}, {"keepdims": True}),
    *attrs("norm", (N(2, 3, 4),), {"axis": (2, 0), "ord": 1, "keepdims": True}),
    *attrs("norm", (N(3),), {"ord": 3}, {"ord": math.inf}),
    *attrs("norm", (N(3, 2),), {"ord": "nuc"}, {"ord": math.inf}),
    *attrs("norm", (I(9, 3, 2),), {}, {"ord": 1}, **DISCRETE),
    *attrs("cond", (N(3, 3),), {}, {"p": 1}, {"p": -2}, {"p": "fro"}, slack=5),
    *attrs("matrix_rank", (N(2, 3, 4),), {}, {"rtol": 0.5}, {"tol": 10.0}, **DISCRETE),
    *rows("matrix_rank", N(3), **DISCRETE),
]
