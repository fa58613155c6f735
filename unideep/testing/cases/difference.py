"""Differences."""

from unideep.testing.cases.case import DISCRETE, B, Case, D, I, N, U, attrs

_RISING = [-0.7, -0.2, 0.1, 0.65]

CASES = [
    *attrs("diff", (N(3, 5),), {}, {"axis": 0}, {"n": 2}, {"n": 0}, {"prepend": 1.0, "n": 2}),
    Case("diff", (N(3, 5),), {"append": [[1.0], [2.0], [3.0]]}),
    *attrs("diff", (B(6),), {}, {"n": 2}, **DISCRETE),
    *attrs("diff", (I(9, 6),), {}, **DISCRETE),
    *attrs("ediff1d", (N(2, 3),), {}, {"to_begin": 0.5, "to_end": [1.0, 2.0]}),
    *attrs("gradient", (N(5),), {}, {"edge_order": 2}),
    *attrs("gradient", (N(4, 3),), {}, {"axis": 0}),
    Case("gradient", (N(4), 0.5)),
    Case("gradient", (N(4), [0.0, 1.0, 3.0, 4.5]), {"edge_order": 2}),
    *attrs("trapezoid", (N(3, 4),), {}, {"dx": 0.5, "axis": 0}),
    Case("trapezoid", (N(3, 4), N(4))),
    Case("trapezoid", (N(3, 4), N(3, 4))),
    Case("interp", (U(6), _RISING, N(4))),
    Case("interp", (U(6), _RISING, N(4)), {"left": 5.0, "right": -1.0}),
    Case("interp", (U(6), _RISING, N(4)), {"period": 1.5}),
    Case("interp", (N(3, 2), D(1), N(1))),
    *[Case(op, (N(a), N(b)), {"mode": mode}) for op in ("convolve", "correlate")
      for a, b in ((5, 2), (3, 4)) for mode in ("full", "same", "valid")],
]  # fmt: skip
