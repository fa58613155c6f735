"""Einstein's summation."""

import numpy as np

from unideep_numpy.ops.elementwise import silent


def contract(xs, *, subscripts):
    """einsum, over the best order of pairs."""
    return np.einsum(subscripts, *xs, optimize=len(xs) > 2)


OPS = {"contract": silent(contract)}
