"""Creation."""

from unideep.testing.cases.case import DISCRETE, Case, I, N, attrs, rows

CASES = [
    *rows("zeros_like ones_like", N(2, 3), **DISCRETE),
    Case("full_like", (N(2, 3), 1.5), differentiable=False),
    *rows("copy", N(2, 3)),
    Case("stop_gradient", (N(2, 3),), differentiable=False),
    *rows("astype", N(3, 4), "float64", slack=1e4),
    *rows("astype", N(3, 4), "float32", slack=1e4),
    *rows("astype", N(3, 4), "int32", **DISCRETE),
    *rows("astype", N(3, 4), "bool", **DISCRETE),
    *[Case("astype", (I(9, 5), d), differentiable=False)
      for d in ("float32", "float64", "int32", "int16", "uint8", "bool", "bfloat16", "float16")],
    *attrs("zeros", (), {"shape": (2, 3)}, {"shape": 3, "dtype": "int64"}, **DISCRETE),
    *attrs("ones", (), {"shape": (2, 0)}, {"shape": (), "dtype": "bool"}, **DISCRETE),
    *attrs("full", ((2, 2), 3.5), {}, {"dtype": "float64"}, **DISCRETE),
    *[Case("arange", args, differentiable=False) for args in ((5,), (2, 9, 3), (0.0, 1.0, 0.3))],
    *attrs("linspace", (0, 1, 7), {}, {"endpoint": False}, **DISCRETE),
    Case("eye", (3,), differentiable=False),
    Case("eye", (3, 4), {"k": 1}, differentiable=False),
    *attrs("tril", (N(4, 4),), {}, {"k": 1}),
    *attrs("triu", (N(2, 3, 4),), {}, {"k": -1}),
]  # fmt: skip
