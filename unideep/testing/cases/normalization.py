"""Normalization."""

from unideep.testing.cases.case import Case, N, P, attrs

CASES = [
    *attrs("batch_norm", (N(4, 3, 2, 2), P(3), N(3), N(3), P(3)), {}, {"epsilon": 1e-3}),
    *attrs("batch_norm", (N(4, 3), P(3), N(3), N(3), P(3)), {}),
    *attrs("batch_norm", (N(4, 2, 3), P(3), N(3), N(3), P(3)), {"axis": -1}),
    *attrs("batch_norm_train", (N(4, 3, 2, 2), P(3), N(3)), {}, {"epsilon": 1e-3}, slack=4.0),
    *attrs("batch_norm_train", (N(8, 3), P(3), N(3)), {}, slack=4.0),
    *attrs("batch_norm_train", (N(4, 5, 3), P(3), N(3)), {"axis": -1}, slack=4.0),
    *attrs("layer_norm", (N(4, 5, 6), P(6), N(6)), {}, {"epsilon": 1e-3}, slack=4.0),
    *attrs("layer_norm", (N(4, 5, 6), P(5), N(5)), {"axis": 1}, slack=4.0),
    *attrs("group_norm", (N(3, 4, 5), P(4), N(4)), {"groups": 2}, {"groups": 4},
            {"groups": 1, "epsilon": 1e-3}, slack=4.0),
    *attrs("group_norm", (N(3, 6), P(6), N(6)), {"groups": 2}, slack=4.0),
    *attrs("moving_average", (N(3, 4), N(3, 4)), {"momentum": 0.9}, {"momentum": 0.25}),
    *attrs("rms_norm", (N(4, 5, 6), P(6)), {}, {"epsilon": 1e-3}, slack=4.0),
    *attrs("rms_norm", (N(4, 5, 6), P(5)), {"axis": 1}, slack=4.0),
    *attrs("dropout", (N(4, 8), 0.4), {}, {"axes": (1,)}),
    Case("dropout", (N(4, 9), 0.4), training=False),
]  # fmt: skip
