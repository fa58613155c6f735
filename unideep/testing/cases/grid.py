"""Grids."""

from unideep.testing.cases.case import DISCRETE, Case, I, N, attrs

CASES = [
    *attrs("meshgrid", (N(2), N(3)), {}, {"indexing": "ij"}, {"sparse": True}),
    Case("meshgrid", (N(2), N(3), N(4))),
    *attrs("indices", ((2, 3),), {}, {"sparse": True}, {"dtype": "float32"}, **DISCRETE),
    *[Case("diag", (N(3),), {"k": k}) for k in (0, 1, -2)],
    *[Case("diag", (N(3, 4),), {"k": k}) for k in (0, 1, -2)],
    Case("diagflat", (N(2, 2),)),
    Case("diag_indices", (3,), differentiable=False),
    *[Case(op, (3,), a, differentiable=False) for op in ("tril_indices", "triu_indices")
      for a in ({}, {"k": -1}, {"k": 1, "m": 4})],
    Case("unravel_index", (I(24, 5), (2, 3, 4)), differentiable=False),
    Case("ravel_multi_index", ([I(2, 5), I(3, 5), I(4, 5)], (2, 3, 4)), differentiable=False),
    Case("logspace", (0.0, 2.0, 5), {"base": 2.0}, differentiable=False),
    Case("geomspace", (1.0, 1000.0, 4), differentiable=False),
    Case("identity", (3,), differentiable=False),
    Case("tri", (3, 4, 1), differentiable=False),
    *attrs("vander", (N(3),), {}, {"n": 2, "increasing": True}),
]  # fmt: skip
