"""Equations."""

from unideep.testing.cases.case import DISCRETE, Case, I, N, attrs, of_complex, rows
from unideep.testing.cases.decomposition import definite

CASES = [
    *rows("solve", N(3, 3), N(3)),
    *rows("solve", N(3, 3), N(3, 2)),
    *rows("solve", N(2, 3, 3), N(3)),
    *rows("solve", N(2, 1, 3, 3), N(4, 3, 2)),
    *rows("inv pinv det slogdet", N(3, 3)),
    *rows("inv det slogdet", N(2, 3, 3), around=definite),
    *rows("inv det slogdet pinv", N(3, 3), N(3, 3), around=of_complex()),
    *rows("solve", N(3, 3), N(3, 3), N(3, 2), N(3, 2), around=of_complex()),
    *rows("pinv", N(4, 2), N(4, 2), around=of_complex()),
    *rows("pinv", N(2, 4, 2)),
    *rows("pinv", N(2, 4)),
    *attrs("pinv", (N(3, 3),), {"rtol": 0.0}),
    *attrs("matrix_power", (N(3, 3),), *({"n": n} for n in (1, 2, 3, 6, -1, -2)), slack=5),
    *attrs("matrix_power", (N(2, 3, 3),), {"n": 0}, **DISCRETE),
    *attrs("matrix_power", (I(5, 2, 2, 2),), {"n": 3}, **DISCRETE),
    Case("lstsq", (N(4, 2), N(4, 3))),
    Case("lstsq", (N(2, 4), N(2))),
    *rows("tensorsolve", N(2, 3, 6), N(2, 3)),
    *attrs("tensorsolve", (N(2, 6, 3), N(2, 3)), {"axes": (1,)}),
    *attrs("tensorinv", (N(2, 3, 6),), {}),
    *attrs("tensorinv", (N(4, 2, 2),), {"ind": 1}),
    *rows("det inv", I(9, 3, 3), **DISCRETE),
]
