"""Reduction."""

from unideep.testing.cases.case import DISCRETE, B, Case, D, I, N, attrs, rows

_AXES = ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)})

CASES = [
    *[c for op in ("sum", "mean", "prod") for c in attrs(op, (N(2, 3, 4),), *_AXES)],
    *[c for op in ("max", "min") for c in attrs(op, (D(2, 3, 4),), *_AXES)],
    *[c for op in ("any", "all") for c in attrs(op, (B(2, 3, 4),), *_AXES, **DISCRETE)],
    *[
        c
        for op in ("cumsum", "cumprod")
        for c in attrs(op, (N(3, 4),), {}, {"axis": 0}, {"axis": -1})
    ],
    *[
        c
        for op in ("cumulative_sum", "cumulative_prod")
        for c in attrs(op, (N(3, 4),), {"axis": 1}, {"axis": 0, "include_initial": True})
    ],
    *[
        c
        for op in ("sum", "prod", "cumsum")
        for c in attrs(op, (I(4, 3, 2),), {}, {"dtype": "int32"}, {"dtype": "float32"}, **DISCRETE)
    ],
    *attrs("sum", (N(3, 2),), {"dtype": "float64"}, slack=1e4),
    *attrs("count_nonzero", (I(3, 4, 5),), {}, {"axis": 0}, {"keepdims": True}, **DISCRETE),
    Case("count_nonzero", (B(4),), differentiable=False),
    *rows("sum", B(7), **DISCRETE),
    *rows("mean", I(9, 5), **DISCRETE),
    *rows("sum mean", N()),
]
