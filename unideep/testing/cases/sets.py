"""Sets."""

from unideep.testing.cases.case import DISCRETE, DYNAMIC, Case, D, I, attrs, rows

_NAN = [1.0, float("nan"), 0.0, -0.0, 1.0, float("nan")]
_VARIES = {**DISCRETE, **DYNAMIC}

CASES = [
    *rows("unique_all unique_counts unique_inverse unique_values unique", I(5, 3, 4), **_VARIES),
    *rows("unique_all unique_counts unique_inverse unique_values unique", _NAN, **_VARIES),
    *rows("unique_values unique", D(3, 4), **DYNAMIC),
    *attrs("unique", (I(5, 9),), {"return_index": True}, {"return_inverse": True},
           {"return_counts": True}, **_VARIES),
    *attrs("isin", (I(9, 3, 4), I(9, 5)), {}, {"invert": True}, **DISCRETE),
    Case("isin", ([1.0, 2.0, float("nan")], [2, 5]), differentiable=False),
    *rows("union1d intersect1d setdiff1d setxor1d", I(6, 5), I(6, 7), **_VARIES),
]  # fmt: skip
