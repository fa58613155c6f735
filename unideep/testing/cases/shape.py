"""Shape."""

from unideep.testing.cases.case import Case, N, attrs, rows

CASES = [
    *attrs("reshape", (N(2, 6),), {"shape": (3, 4)}, {"shape": (-1,)}, {"shape": (2, -1, 3)}),
    *attrs("permute_dims", (N(2, 3, 4),), {}, {"axes": (1, 2, 0)}, {"axes": (0, -1, 1)}),
    *attrs("broadcast_to", (N(3, 1),), {"shape": (2, 3, 4)}, {"shape": (3, 1)}),
    *attrs("expand_dims", (N(2, 3),), {"axis": 0}, {"axis": (0, -1)}, {"axis": 1}),
    *attrs("squeeze", (N(1, 2, 1),), {}, {"axis": 0}, {"axis": (-1, 0)}),
    *rows("atleast_1d atleast_2d atleast_3d ravel", N()),
    *rows("atleast_1d atleast_2d atleast_3d", N(3)),
    *rows("flipud fliplr", N(2, 3)),
    Case("swapaxes", (N(2, 3, 4), 0, -1)),
    Case("moveaxis", (N(2, 3, 4), 0, -1)),
    Case("moveaxis", (N(2, 3, 4, 5), (2, 0), (0, -1))),
    *[Case("rollaxis", (N(2, 3, 4), 2, start)) for start in (0, 1, 3)],
    *[Case("rot90", (N(2, 3), k)) for k in (0, 1, 2, 3)],
    *attrs(
        "roll",
        (N(3, 4),),
        {"shift": 2},
        {"shift": -1, "axis": 1},
        {"shift": (1, 5), "axis": (0, 1)},
        {"shift": 2, "axis": (0, 0)},
    ),
    Case("broadcast_arrays", (N(3, 1), N(2))),
    *attrs("flip", (N(2, 3),), {}, {"axis": 1}, {"axis": (0, 1)}),
    *attrs(
        "pad",
        (N(2, 3),),
        {"pad_width": 1},
        {"pad_width": ((0, 1), (2, 0)), "constant_values": 1.5},
        *[{"pad_width": (1, 2), "mode": m} for m in ("edge", "reflect", "symmetric", "wrap")],
    ),
    *attrs(
        "repeat",
        (N(2, 3),),
        {"repeats": 2},
        {"repeats": 3, "axis": -1},
        {"repeats": [0, 2, 1], "axis": 1},
    ),
    *attrs("tile", (N(2, 3),), {"reps": 2}, {"reps": (2, 1, 3)}),
    *[Case("resize", (N(2, 3), shape)) for shape in ((2, 2), (4, 2))],
    Case("sum_to", (N(2, 3, 4), (3, 1))),
]
