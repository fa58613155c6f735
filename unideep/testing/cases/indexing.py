"""Indexing."""

from typing import Any

import numpy as _np

from unideep.testing.cases.case import DISCRETE, B, Case, I, N, attrs

_KEYS: list[Any] = [
    0, -1, (1, 2), slice(1, 3), slice(None, None, 2), slice(None, None, -1), slice(3, 0, -2),
    (Ellipsis, 0), (None, slice(None), 1), (slice(None), None, slice(0, 2)), Ellipsis,
    _np.array([0, 2, 2]), (_np.array([[0, 1], [3, 2]]),), (slice(None), _np.array([1, 0, 1])),
    (_np.array([0, 3]), _np.array([1, 1])), (_np.array([0, 1]), slice(1, 3), _np.array([0, 2])),
    (1, slice(None), _np.array([0, 0])), (_np.array([-1, 0]), Ellipsis), slice(2, 2),
    (_np.array([[0], [1]]), _np.array([0, 2])),
    _np.array([True, False, True, True]), (slice(None), _np.array([True, False, True])),
]  # fmt: skip


def _is_mask(key: Any) -> bool:
    """Whether the key enters as a tensor of booleans; in a tuple it stays NumPy's."""
    return isinstance(key, _np.ndarray) and key.dtype == bool


CASES = [
    *[Case("index", (N(4, 3, 5), key), dynamic=_is_mask(key)) for key in _KEYS],
    *[Case("index_set", (N(4, 3, 5), key, 2.5)) for key in _KEYS],
    *[Case("index_add", (N(4, 3, 5), key, -1.0)) for key in _KEYS],
    Case("index_set", (N(4, 3), (slice(1, 3), 0), N(2))),
    Case("index_set", (N(4, 3), _np.array([2, 0]), N(3))),
    Case("index_set", (N(4, 3), slice(None, None, -2), N(2, 1))),
    Case("index_add", (N(4, 3), _np.array([2, 2, 0]), N(3, 3))),
    Case("index_set", (N(3, 2), B(3, 2), 7.0)),
    *attrs("take", (N(4, 3), I(3, 2, 2)), {"axis": 0}, {"axis": 1}, {"axis": -1}, {}),
    *attrs("take_along_axis", (N(4, 3), I(3, 4, 2)), {"axis": 1}, {}),
    *attrs("pick", (N(4, 3), I(3, 4)), {}, {"keepdims": True}, {"axis": 1}),
    Case("pick", (N(2, 5, 3), I(5, 2, 3)), {"axis": 1}),
    *attrs("one_hot", (I(4, 5), 4), {}, {"on_value": 2.0, "off_value": -1.0}, **DISCRETE),
    Case("embedding", (I(6, 2, 3), N(6, 4))),
]
