"""Pooling."""

from unideep.testing.cases.case import D, N, attrs, rows

_WINDOWS = (
    {"window": 2, "stride": 2},
    {"window": 3, "stride": 2, "padding": 1},
    {"window": (2, 3), "stride": (1, 2)},
    {"window": 3, "stride": 2, "padding": 1, "ceil_mode": True},
    {"window": 2, "stride": 2, "ceil_mode": True},
)

CASES = [
    *attrs("max_pool", (D(2, 3, 7, 8),), *_WINDOWS),
    *attrs("avg_pool", (N(2, 3, 7, 8),), *_WINDOWS),
    *attrs(
        "avg_pool", (N(2, 3, 7, 8),), *({**w, "count_include_pad": False} for w in _WINDOWS[1:4])
    ),
    *rows("global_avg_pool", N(2, 3, 4, 5)),
]
