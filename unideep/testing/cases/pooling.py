"""Pooling."""

from unideep.testing.cases.case import Case, D, N, attrs, rows

_WINDOWS = (
    {"window": 2, "stride": 2},
    {"window": 3, "stride": 2, "padding": 1},
    {"window": (2, 3), "stride": (1, 2)},
    {"window": 3, "stride": 2, "padding": 1, "ceil_mode": True},
    {"window": 2, "stride": 2, "ceil_mode": True},
)

_CUBES = (
    {"window": 2, "stride": 2},
    {"window": 3, "stride": 2, "padding": 1, "ceil_mode": True},
)

CASES = [
    *attrs("max_pool", (D(2, 3, 7, 8),), *_WINDOWS),
    *attrs("avg_pool", (N(2, 3, 7, 8),), *_WINDOWS),
    *attrs(
        "avg_pool", (N(2, 3, 7, 8),), *({**w, "count_include_pad": False} for w in _WINDOWS[1:4])
    ),
    *(
        Case(op, (x(2, 3, *space),), w)
        for op, x in (("max_pool", D), ("avg_pool", N))
        for space in ((9,), (4, 5, 6))
        for w in _CUBES
    ),
    *rows("global_avg_pool", N(2, 3, 4, 5)),
    *[c for s in ((5,), (4, 5), (2, 3, 4)) for c in rows("global_max_pool", D(2, 3, *s))],
]
