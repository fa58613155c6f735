"""Sorting."""

from unideep.testing.cases.case import DISCRETE, B, Case, D, I, attrs

_WAYS = ({}, {"axis": 0}, {"axis": None}, {"axis": 1, "descending": True})
_NAN = [1.0, float("nan"), -0.0, 0.0, float("-inf"), 1.0, float("inf"), float("nan"), -3.5]

CASES = [
    *attrs("sort", (D(3, 4),), *_WAYS),
    *[Case(op, (make,), way, differentiable=False) for op in ("sort", "argsort")
      for make in (I(3, 4, 5), B(6), _NAN) for way in ({}, {"descending": True})],
    *attrs("argsort", (D(3, 4),), *_WAYS, **DISCRETE),
    Case("lexsort", ([I(3, 9), I(2, 9)],), differentiable=False),
    Case("partition", (D(3, 5), 2)),
    Case("argpartition", (D(3, 5), 2), differentiable=False),
    *[Case("topk", (D(3, 5),), {"k": 2, "ret_typ": r}, differentiable=False)
      for r in ("indices", "both", "mask")],
    *attrs("topk", (D(3, 5),), {"k": 2, "ret_typ": "value"},
           {"k": 3, "ret_typ": "value", "axis": 0, "is_ascend": True}),
]  # fmt: skip
