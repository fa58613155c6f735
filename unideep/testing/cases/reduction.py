"""Reduction."""

from unideep.testing.cases.case import DISCRETE, B, D, I, N, attrs, rows

_AXES = ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)})

CASES = [
    *[c for op in ("sum", "mean", "prod") for c in attrs(op, (N(2, 3, 4),), *_AXES)],
    *[c for op in ("max", "min") for c in attrs(op, (D(2, 3, 4),), *_AXES)],
    *[c for op in ("var", "std") for c in attrs(op, (N(2, 3, 4),), *_AXES, {"axis": 1, "ddof": 1})],
    *[c for op in ("any", "all") for c in attrs(op, (B(2, 3, 4),), *_AXES, **DISCRETE)],
    *attrs("argmax", (D(3, 4),), {}, {"axis": 0}, {"axis": -1, "keepdims": True}, **DISCRETE),
    *attrs("argmin", (D(3, 4),), {}, {"axis": 1}, **DISCRETE),
    *attrs("cumsum", (N(3, 4),), {}, {"axis": 0}, {"axis": -1}),
    *rows("sum prod", I(4, 3, 2), **DISCRETE),
    *rows("sum", B(7), **DISCRETE),
    *rows("mean", I(9, 5), **DISCRETE),
    *rows("sum mean", N()),
]
