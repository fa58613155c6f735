"""NumPy's usual functions of each element beyond the standard."""

from unideep.testing.cases.case import DISCRETE, I, N, P, rows

_ODD = [float("nan"), float("inf"), -float("inf"), 0.0, 2.5]

CASES = [
    *rows("cbrt exp2 deg2rad rad2deg sinc", N(3, 4)),
    *rows("cbrt exp2 deg2rad sinc", I(9, 5), **DISCRETE),
    *rows("cbrt sinc", [0.0, -8.0, 64.0], **DISCRETE),
    *rows("logaddexp2 fmax fmin", N(3, 4), N(4)),
    *rows("fmod", N(3, 4), P(4)),
    *rows("fmod", I(9, 5), 4, **DISCRETE),
    *rows("fmod", N(5), -0.7),
    *rows("fmax fmin", _ODD, _ODD[::-1], **DISCRETE),
    *rows("heaviside", [-2.0, 0.0, 3.0], N(2, 3), **DISCRETE),
    *rows("isposinf isneginf", _ODD, **DISCRETE),
    *rows("nan_to_num", N(5)),
    *rows("nan_to_num", _ODD, **DISCRETE),
]
