"""Comparisons."""

import operator

import numpy as np

from unideep_numpy.ops.elementwise import binary

OPS = {
    "equal": binary(operator.eq),
    "not_equal": binary(operator.ne),
    "less": binary(operator.lt),
    "less_equal": binary(operator.le),
    "greater": binary(operator.gt),
    "greater_equal": binary(operator.ge),
    "isnan": np.isnan,
}
