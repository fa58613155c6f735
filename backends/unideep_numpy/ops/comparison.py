"""Comparisons."""

import operator

import numpy as np

OPS = {
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "isnan": np.isnan,
}
