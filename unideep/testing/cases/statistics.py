"""Statistics."""

from unideep.testing.cases.case import DISCRETE, Case, D, I, N, P, attrs, rows

_AXES = ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)})
_NAN = [[1.0, float("nan"), 2.0], [4.0, 3.0, float("nan")]]

CASES = [
    *[
        c
        for op in ("var", "std")
        for c in attrs(op, (N(2, 3, 4),), *_AXES, {"axis": 1, "ddof": 1}, {"correction": 1})
    ],
    *attrs("ptp", (D(2, 3, 4),), *_AXES),
    *attrs("average", (N(2, 3),), {}, {"axis": 1}),
    *attrs("average", (N(3, 4), 1, P(4)), {}, {"returned": True}),
    Case("average", (N(3, 4), None, P(3, 4))),
    *attrs("median", (D(2, 3, 4),), *_AXES),
    *attrs("median", (D(5),), {}, {"keepdims": True}),
    *[Case("quantile", (D(3, 6), q), {"axis": 1}) for q in (0, 0.3, 1.0, [0.1, 0.6], [[0.5, 0.9]])],
    *[
        Case("percentile", (D(7), 40), {"method": m})
        for m in ("linear", "lower", "higher", "midpoint", "nearest")
    ],
    *attrs("cov", (N(3, 6),), {}, {"rowvar": False}, {"bias": True}, {"ddof": 0}),
    Case("cov", (N(3, 6), N(1, 6))),
    Case("cov", (N(3, 4),), {"fweights": [1, 2, 1, 3]}),
    Case("cov", (N(3, 4),), {"aweights": [0.5, 2.0, 1.0, 3.0], "fweights": [1, 2, 1, 3]}),
    *attrs("corrcoef", (N(3, 6),), {}, {"rowvar": False}),
    *[
        Case("histogram", (N(30),), a, differentiable=False)
        for a in ({}, {"bins": 4, "range": (-1, 1)}, {"bins": [-1.0, 0.0, 2.0]}, {"density": True})
    ],
    Case("bincount", (I(6, 20),), differentiable=False, dynamic=True),
    Case("bincount", (I(6, 20), N(20)), {"minlength": 9}, dynamic=True),
    *[
        c
        for op in ("nansum", "nanprod", "nanmean", "nanvar", "nanmax", "nanmin")
        for c in attrs(op, (N(3, 4),), {}, {"axis": 1}, {"keepdims": True})
    ],
    *rows("nansum nanprod nanmean nanvar nanstd nanmax nanmin", _NAN, **DISCRETE),
    *attrs("nanstd", (N(3, 4),), {"axis": 1}, {"ddof": 1}),
]
