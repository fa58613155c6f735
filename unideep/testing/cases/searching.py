"""Searching."""

from unideep.testing.cases.case import DISCRETE, DYNAMIC, B, Case, D, I, N, attrs, rows

_NAN = [[1.0, float("nan"), 2.0], [4.0, 3.0, float("-inf")]]

CASES = [
    *attrs("argmax", (D(3, 4),), {}, {"axis": 0}, {"axis": -1, "keepdims": True}, **DISCRETE),
    *attrs("argmin", (D(3, 4),), {}, {"axis": 1}, {"keepdims": True}, **DISCRETE),
    *rows("argmax argmin", I(2, 3, 4), **DISCRETE),
    *rows("argmax argmin", B(5), **DISCRETE),
    *[c for op in ("argmax", "argmin") for c in attrs(op, (_NAN,), {}, {"axis": 1}, **DISCRETE)],
    *attrs("nanargmax", (_NAN,), {}, {"axis": 1}, **DISCRETE),
    *attrs("nanargmin", (_NAN,), {}, {"axis": 0}, **DISCRETE),
    *rows("nonzero argwhere flatnonzero", I(2, 3, 4), **DISCRETE, **DYNAMIC),
    Case("extract", (B(3, 4), N(3, 4)), **DYNAMIC),
    *[Case("compress", (B(n), N(3, 4)), {"axis": axis}, **DYNAMIC)
      for n, axis in ((3, 0), (4, 1), (5, None))],
    Case("select", ([B(4), B(4)], [N(4), N(4)], 7.0)),
    Case("choose", (I(3, 4), [N(4), N(4), N(4)])),
    *[Case("searchsorted", ([0.0, 1.0, 1.0, 2.5], x), {"side": side}, differentiable=False)
      for x in (1.0, [[-1.0, 1.0], [2.5, 9.0]]) for side in ("left", "right")],
    Case("searchsorted", ([2, 0, 1], I(4, 5)), {"sorter": [1, 2, 0]}, differentiable=False),
    *[Case("digitize", ([0.0, 1.0, 1.5, 4.0], bins), {"right": right}, differentiable=False)
      for bins in ([0.0, 1.0, 3.0], [3.0, 1.0, 0.0]) for right in (False, True)],
]  # fmt: skip
