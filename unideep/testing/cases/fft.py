"""Fft."""

from collections.abc import Callable
from typing import Any

from unideep.tensor import Tensor
from unideep.testing.cases.case import DISCRETE, I, N, attrs, of_complex, real_parts, rows


def real(op: Callable[..., Any], x: Tensor) -> list[Tensor]:
    """Of real numbers: real and imaginary part of the result."""
    return real_parts(op(x))


NORMS = ({"norm": "backward"}, {"norm": "ortho"}, {"norm": "forward"})

CASES = [
    *[
        case
        for name in ("fft", "ifft", "irfft", "hfft")
        for case in attrs(
            name, (N(3, 5), N(3, 5)), {}, *NORMS, {"n": 7}, {"n": 4, "axis": 0}, around=of_complex()
        )
    ],
    *[
        case
        for name in ("rfft", "ihfft", "fft")
        for case in attrs(
            name, (N(3, 5),), {}, *NORMS, {"n": 7}, {"n": 4}, {"n": 4, "axis": 0}, around=real
        )
    ],
    *[
        case
        for name in ("fftn", "ifftn", "irfftn")
        for case in attrs(
            name, (N(2, 3, 4), N(2, 3, 4)), {}, {"norm": "ortho"}, {"axes": (0, 2)},
            {"s": (3, 2)}, {"s": (3, 5), "axes": (2, 0)}, around=of_complex(),
        )
    ],
    *attrs("rfftn", (N(2, 3, 4),), {}, {"norm": "forward"}, around=real),
    *attrs("rfftn", (N(2, 3, 4),), {"s": (3, 5), "axes": (2, 0)}, around=real),
    *rows("fft2 ifft2 irfft2", N(2, 3, 4), N(2, 3, 4), around=of_complex()),
    *rows("rfft2", N(2, 3, 4), around=real),
    *rows("fftn", N(2, 1, 2, 3, 2), around=real),
    *rows("irfft", N(4), N(4), around=of_complex()),
    *rows("irfft", N(4)),
    *rows("fftshift ifftshift", N(3, 4)),
    *attrs("fftshift", (N(3, 4),), {"axes": 1}, {"axes": (0,)}),
    *rows("fft", I(9, 4), **DISCRETE),
    *attrs("fftfreq", (5,), {}, {"d": 0.5}, {"dtype": "float64"}, **DISCRETE),
    *attrs("rfftfreq", (6,), {}, {"d": 0.5}, {"dtype": "float64"}, **DISCRETE),
]  # fmt: skip
