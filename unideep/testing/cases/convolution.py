"""Convolution."""

from unideep.testing.cases.case import N, attrs

CASES = [
    *attrs(
        "convolution", (N(2, 4, 7, 6), N(6, 4, 3, 2), N(6)), {}, {"stride": 2},
        {"padding": (1, 2)}, {"dilation": 2}, {"stride": (2, 1), "padding": 1, "dilation": (1, 2)},
        slack=4.0,
    ),
    *attrs("convolution", (N(2, 4, 5, 5), N(6, 2, 3, 3)), {"groups": 2},
            {"groups": 2, "stride": 2}, slack=4.0),
    *attrs("convolution", (N(2, 3, 8), N(4, 3, 3)), {"padding": 1}, slack=4.0),
    *attrs("convolution", (N(2, 4, 8), N(4, 2, 3), N(4)),
            {"groups": 2, "stride": 2, "padding": 1, "dilation": 2}, slack=4.0),
    *attrs("convolution", (N(1, 2, 4, 4, 4), N(3, 2, 2, 2, 2)), {"stride": 2}, slack=4.0),
    *attrs("convolution", (N(1, 4, 4, 4, 5), N(4, 2, 2, 2, 2), N(4)),
            {"groups": 2, "padding": (1, 0, 1), "dilation": (2, 1, 1)}, slack=4.0),
    *attrs(
        "convolution_transpose", (N(2, 4, 3, 4), N(4, 3, 3, 2), N(3)), {}, {"stride": 2},
        {"stride": 2, "padding": 1, "output_padding": 1}, {"dilation": 2, "padding": 1},
        {"stride": (3, 2), "output_padding": (2, 1)}, slack=4.0,
    ),
    *attrs("convolution_transpose", (N(2, 4, 3, 3), N(4, 3, 4, 4)),
            {"groups": 2, "stride": 2, "padding": 1}, slack=4.0),
    *attrs("convolution_transpose", (N(2, 4, 5), N(4, 2, 3), N(4)),
            {"groups": 2, "stride": 2, "padding": 1, "output_padding": 1},
            {"groups": 2, "dilation": 2}, slack=4.0),
    *attrs("convolution_transpose", (N(1, 2, 2, 3, 2), N(2, 3, 2, 3, 2), N(3)), {},
            {"stride": 2, "padding": (0, 1, 0), "output_padding": 1}, slack=4.0),
    *attrs("unfold", (N(2, 2, 5, 4),), {"kernel": (2, 3), "stride": (2, 1), "dilation": (1, 1)}),
    *attrs("fold", (N(1, 2, 4, 2, 3),),
            {"space": (4, 4), "kernel": (2, 2), "stride": (2, 1), "dilation": (1, 1)}),
]  # fmt: skip
