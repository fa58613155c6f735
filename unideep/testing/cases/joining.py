"""Joining."""

from unideep.testing.cases.case import Case, I, N, attrs, rows

CASES = [
    *attrs("concat", ([N(2, 3), N(1, 3), N(4, 3)],), {}, {"axis": -2}, {"axis": None}),
    Case("concat", ([N(2, 3), I(4, 1, 3)],)),
    *attrs("stack", ([N(2, 3), N(2, 3)],), {}, {"axis": 1}, {"axis": -1}),
    *rows("vstack hstack dstack column_stack", [N(3), N(3)]),
    *rows("vstack hstack dstack column_stack", [N(2, 3), N(2, 3)]),
    *attrs("append", (N(2, 3), N(1, 3)), {}, {"axis": 0}),
    Case("split", (N(6, 2), 3)),
    Case("split", (N(2, 6), [1, 4]), {"axis": 1}),
    *[Case("array_split", (N(7, 2), places)) for places in (3, [2, 2, 9], [-3])],
    Case("hsplit", (N(2, 4), 2)),
    Case("vsplit", (N(4, 2), [1])),
    Case("dsplit", (N(2, 3, 4), 2)),
    *attrs("unstack", (N(2, 3),), {}, {"axis": -1}),
    *attrs("delete", (N(4, 3), 1), {}, {"axis": 0}, {"axis": -1}),
    Case("delete", (N(5), [0, -1]), {"axis": 0}),
    Case("insert", (N(4), 1, N(2))),
    Case("insert", (N(4, 3), [1, 3], N(2, 3)), {"axis": 0}),
    Case("insert", (N(4, 3), 1, N(4)), {"axis": 1}),
]
