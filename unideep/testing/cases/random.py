"""Random."""

import numpy as _np

from unideep.testing.cases.case import Case

CASES = [Case("philox", (_np.array(81985529216486895), 3), differentiable=False)]
