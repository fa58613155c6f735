"""Shape."""

from unideep.testing.cases.case import Case, N, attrs

CASES = [
    *attrs("reshape", (N(2, 6),), {"shape": (3, 4)}, {"shape": (-1,)}, {"shape": (2, -1, 3)}),
    *attrs("permute_dims", (N(2, 3, 4),), {}, {"axes": (1, 2, 0)}, {"axes": (0, -1, 1)}),
    *attrs("broadcast_to", (N(3, 1),), {"shape": (2, 3, 4)}, {"shape": (3, 1)}),
    *attrs("concat", ([N(2, 3), N(1, 3), N(4, 3)],), {}, {"axis": -2}),
    *attrs("stack", ([N(2, 3), N(2, 3)],), {}, {"axis": 1}, {"axis": -1}),
    Case("split", (N(6, 2), 3)),
    Case("split", (N(2, 6), [1, 4]), {"axis": 1}),
    *attrs("expand_dims", (N(2, 3),), {"axis": 0}, {"axis": -1}, {"axis": 1}),
    *attrs("squeeze", (N(1, 2, 1),), {}, {"axis": 0}, {"axis": -1}),
    Case("swapaxes", (N(2, 3, 4), 0, -1)),
    Case("moveaxis", (N(2, 3, 4), 0, -1)),
    *attrs("flip", (N(2, 3),), {}, {"axis": 1}, {"axis": (0, 1)}),
    *attrs("pad", (N(2, 3),), {"pad_width": 1}, {"pad_width": ((0, 1), (2, 0)), "value": 1.5}),
    *attrs("repeat", (N(2, 3),), {"repeats": 2}, {"repeats": 3, "axis": -1}),
    *attrs("tile", (N(2, 3),), {"reps": 2}, {"reps": (2, 1, 3)}),
    Case("sum_to", (N(2, 3, 4), (3, 1))),
]
