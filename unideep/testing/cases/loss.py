"""Loss."""

from unideep.testing.cases.case import I, N, attrs, rows

CASES = [
    *attrs("softmax_cross_entropy", (N(5, 4), I(4, 5)), {}, {"axis": 1}),
    *attrs("softmax_cross_entropy", (N(2, 4, 3), I(4, 2, 3)), {"axis": 1}),
    *rows("sigmoid_cross_entropy", N(5, 3), lambda rng: rng.random((5, 3))),
]
